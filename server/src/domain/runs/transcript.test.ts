// What is told of a run that is over, and for how long.
import { Code } from "@connectrpc/connect";
import { Role, RunStatus } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator } from "../../testing/operator.ts";
import { asks, began, logs, type ScriptedHost, success } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

let server: TestServer;
let program: Operator;
let host: ScriptedHost;
beforeEach(async () => {
  server = await TestServer.start();
  const { key } = await server.key();
  program = server.program(key);
  host = await server.host(key);
});
afterEach(() => server.close());

describe("a transcript", () => {
  test("tells what was asked, what was answered, by whom and when, lines, and the outcome", async () => {
    const runId = await program.start();
    await host.next("startRun", runId);
    for (const body of [began, logs("looking"), asks("name")]) host.say(runId, body);
    await host.acknowledged(runId);
    await program.answer(runId, "name", "Ada");
    host.say(runId, { case: "accepted", value: { callKey: "name" } });
    host.say(runId, success);
    await host.acknowledged(runId);
    const { events, hasMore } = await program.runs.listEvents({ runId });
    const kinds = ["started", "began", "logged", "called", "submitted", "accepted", "finished"];
    expect(events.map(({ kind }) => kind.case)).toEqual(kinds);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(kinds.map((_, i) => i + 1));
    expect(events.every(({ time }) => time !== undefined)).toBe(true);
    expect(events[4]?.kind.value).toMatchObject({ by: { kind: { case: "apiKey" } } });
    expect(hasMore).toBe(false);
  });

  test("comes in pages, also when its events are large, and reads to the end", async () => {
    const runId = await program.start();
    await host.next("startRun", runId);
    for (let i = 0; i < 6; i++) host.say(runId, logs("x".repeat(600_000)));
    for (let i = 0; i < 300; i++) host.say(runId, logs(String(i)));
    await host.acknowledged(runId);
    let after = 0n;
    const sizes: number[] = [];
    for (let more = true; more; ) {
      const { events, hasMore } = await program.runs.listEvents({ runId, afterSequence: after, pageSize: 200 });
      expect(events[0]?.sequence).toBe(after + 1n);
      after = events.at(-1)?.sequence ?? 0n;
      sizes.push(events.length);
      more = hasMore;
    }
    expect(after).toBe(307n);
    expect(sizes[0]).toBeLessThan(6); // half a message
  });

  test("holds stacks for developers alone", async () => {
    const runId = await program.start();
    await host.next("startRun", runId);
    const failure = { type: "Error", message: "broken", stack: "at secret.ts:1" };
    host.say(runId, { case: "finish", value: { outcome: { case: "failure", value: failure } } });
    await host.acknowledged(runId);
    expect((await program.state(runId)).run?.status).toBe(RunStatus.FAILED);
    const seenBy = async (who: Operator) => {
      const last = (await who.runs.listEvents({ runId })).events.at(-1)?.kind;
      const outcome = last?.case === "finished" ? last.value.outcome : undefined;
      return outcome?.case === "failure" ? outcome.value : undefined;
    };
    expect(await seenBy(program)).toMatchObject({ ...failure, stack: "" });
    const { operator: member } = await server.person("Grace", Role.MEMBER);
    await expect(seenBy(member)).rejects.toMatchObject({ code: Code.NotFound }); // not her run
    expect(await seenBy((await server.person("Ada", Role.ADMIN)).operator)).toMatchObject(failure);
  });
});
