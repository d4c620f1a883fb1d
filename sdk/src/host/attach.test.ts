import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { ctx, io } from "../index.ts";
import { HostTest, hello, resultOf, text } from "./host-test.ts";

const test = new HostTest();

describe("a connection that drops", () => {
  it("loses and doubles nothing: what was said meanwhile is sent again, in order", async () => {
    const step = Promise.withResolvers<void>();
    const fake = await test.attached({
      long: async () => {
        const name = await io.input.text("Name");
        await step.promise;
        for (let i = 0; i < 3; i++) await ctx.log(i);
        return name;
      },
    });
    fake.start("run_1", "long");
    await fake.next("call");
    fake.acknowledges = false;
    fake.run("run_1", 3n, text("inputText:Name", "Ada"));
    await fake.next("accepted");
    test.server.welcome = ({ liveRuns }) => ({
      runs: liveRuns.map(({ runId }) => ({ runId, resumed: true, lastSequence: 2n })),
    });
    fake.drop();
    const again = await test.server.nextHost();
    expect(again.hello.instanceId).toBe(fake.hello.instanceId);
    expect(again.hello.liveRuns.map(({ runId, lastSequence }) => [runId, lastSequence])).toEqual([["run_1", 3n]]);
    // The server repeats what the host knows already.
    again.run("run_1", 3n, text("inputText:Name", "Eve"));
    step.resolve();
    expect(resultOf(await again.next("finish"))).toBe("Ada");
    expect(again.frames.map(({ sequence, body }) => [sequence, body.case])).toEqual([
      [3n, "accepted"],
      [4n, "log"],
      [5n, "log"],
      [6n, "log"],
      [7n, "finish"],
    ]);
  });

  it("is opened again at once, and with pauses where the next ones are accepted and lost too", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    await test.host({ routes: { hello }, logLevel: "info" }).listen();
    for (let i = 0; i < 4; i++) (await test.server.nextHost()).drop();
    await test.server.nextHost();
    const pauses = warned.mock.calls.flat().map((line) => /Trying again (now|in)/.exec(String(line))?.[1]);
    expect(pauses).toEqual(["now", "in", "in", "in"]);
  }, 15_000);

  it("comes back after a refusal too, and says so", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const interval = test.host({ routes: { hello }, logLevel: "info" });
    await interval.listen();
    const fake = await test.server.nextHost();
    test.server.refusal = new ConnectError("the key is unknown", Code.Unauthenticated);
    fake.drop();
    const refusals = () => warned.mock.calls.flat().filter((line) => /refused.*Trying again/s.test(line)).length;
    await vi.waitFor(() => expect(refusals()).toBeGreaterThan(1), 5000);
    expect(interval.isConnected).toBe(false);
    test.server.refusal = undefined;
    await test.server.nextHost();
    await vi.waitFor(() => expect(interval.isConnected).toBe(true));
  }, 15_000);

  it("is noticed also where the line stays open and says nothing", async () => {
    test.server.welcome = () => ({ heartbeatTimeoutMs: 300 });
    const fake = await test.attached({ hello });
    const again = await test.server.nextHost();
    expect(again.hello.instanceId).toBe(fake.hello.instanceId);
  });

  it("ends a run that the server has given up", async () => {
    const rejected = Promise.withResolvers<unknown>();
    const fake = await test.attached({ wait: () => io.input.text("Name").catch(rejected.resolve) });
    fake.start("run_1", "wait");
    await fake.next("call");
    test.server.welcome = () => ({ runs: [{ runId: "run_1", resumed: false }] });
    fake.drop();
    expect(await rejected.promise).toMatchObject({ name: "RunClosedError" });
  });
});
