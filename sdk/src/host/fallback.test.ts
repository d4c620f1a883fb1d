// Hosts behind networks where HTTP/2 does not get through.
import { createServer } from "node:http2";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { HelloSchema } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { ctx, io } from "../index.ts";
import { createLogger } from "../logger.ts";
import { Attachment } from "./attach.ts";
import { Dispatcher } from "./dispatch.ts";
import { FakeServer, type OnPreface } from "./fake-server.ts";
import { HostTest, hello, resultOf, text } from "./host-test.ts";

const test = new HostTest();

/** A network that lets HTTP/1.1 alone through. */
async function without(onPreface: OnPreface): Promise<void> {
  await test.server.stop();
  test.server = await FakeServer.start(0, onPreface);
}

const isNot: OnPreface = (socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
const answers =
  (status: number): OnPreface =>
  (socket) =>
    createServer((_request, response) => response.writeHead(status).end()).emit("connection", socket);

/** Lines of the log that say what a host is connected over. */
function spyOnLog() {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
  return () => log.mock.calls.flat().filter((line) => /over HTTP/.test(String(line)));
}

describe("a host whose HTTP/2 does not get through", () => {
  it.each<[string, OnPreface, RegExp]>([
    ["meets a server of HTTP/1.1", isNot, /Protocol error/],
    ["is cut off at once", (socket) => socket.resetAndDestroy(), /ECONNRESET/],
    ["is hung up on", (socket) => socket.end(), /./],
    ...[400, 421, 464, 502, 505].map((status): [string, OnPreface, RegExp] => [
      `is answered with ${status}`,
      answers(status),
      new RegExp(`HTTP ${status}`),
    ]),
  ])("since it %s, goes on over HTTP/1.1 at once, and says why, once", async (_what, onPreface, why) => {
    await without(onPreface);
    const said = spyOnLog();
    await test.host({ routes: { hello }, logLevel: "info" }).listen();
    const fake = await test.server.nextHost();
    fake.start("run_1", "hello");
    await fake.next("call");
    fake.run("run_1", 3n, text("inputText:Your name", "Ada"));
    expect(resultOf(await fake.next("finish"))).toBe("Hello, Ada");
    fake.drop();
    await test.server.nextHost();
    expect(said()).toEqual([expect.stringMatching(/^.*Connected over HTTP\/1\.1, since HTTP\/2 does not get through/)]);
    expect(said()[0]).toMatch(why);
  });

  it("since nothing comes back, waits for its welcome and goes on over HTTP/1.1; for a while it leaves HTTP/2 out", async () => {
    let prefaces = 0;
    await without(() => prefaces++);
    const logger = createLogger("quiet");
    const attachment = new Attachment({
      baseUrl: test.server.url,
      apiKey: "dev_key",
      logger,
      dispatcher: new Dispatcher({
        instanceId: "one",
        logger,
        assets: new MemoryAssets(),
        route: () => undefined,
        onThrown: () => {},
      }),
      hello: () => create(HelloSchema, { instanceId: "one" }),
      onWelcome: () => {},
      welcomeMs: 200,
    });
    await attachment.start();
    for (let connection = 1; connection <= 10; connection++) {
      const fake = await test.server.nextHost();
      expect(prefaces).toBe(1);
      fake.drop();
    }
    await test.server.nextHost();
    expect(prefaces).toBe(2);
    await attachment.close("The test is over.");
  }, 60_000);

  it("is refused over HTTP/1.1 as it would be over HTTP/2", async () => {
    await without(isNot);
    test.server.refusal = new ConnectError("the key is unknown", Code.Unauthenticated);
    await expect(test.host({ routes: { hello } }).listen()).rejects.toThrow(/INTERVAL_API_KEY/);
  });

  it("says goodbye over HTTP/1.1 too", async () => {
    await without(isNot);
    const interval = test.host({ routes: { hello } });
    await interval.listen();
    const fake = await test.server.nextHost();
    const closed = interval.safelyClose();
    await fake.next("goodbye");
    await closed;
  });
});

describe("a host that waits for a server", () => {
  it.each<[string, (port: number) => Promise<FakeServer | undefined>]>([
    ["that is absent", async () => undefined],
    ["that answers 503, as one that starts", (port) => FakeServer.start(port, answers(503))],
  ])("%s attaches over HTTP/2 when it comes", async (_what, before) => {
    const said = spyOnLog();
    const { port, url } = test.server;
    await test.server.stop();
    const starting = await before(port);
    const reported = Promise.withResolvers<void>();
    vi.spyOn(console, "warn").mockImplementation(() => reported.resolve());
    const listening = test.host({ endpoint: url, routes: { hello }, logLevel: "info" }).listen();
    await reported.promise;
    await starting?.stop();
    expect(starting?.hosts ?? []).toEqual([]);
    test.server = await FakeServer.start(port);
    await listening;
    expect(said()).toEqual([]);
  });

  it("takes HTTP/2 again as soon as it gets through", async () => {
    const said = spyOnLog();
    await without(isNot);
    const { port } = test.server;
    await test.host({ routes: { hello }, logLevel: "info" }).listen();
    await test.server.stop();
    test.server = await FakeServer.start(port);
    await test.server.nextHost();
    await vi.waitFor(() => expect(said().at(-1)).toMatch(/Connected over HTTP\/2 again/));
  });
});

describe("what a host sends over HTTP/1.1", () => {
  const logging = {
    lines: async () => {
      const name = await io.input.text("Name");
      for (let i = 0; i < 20; i++) await ctx.log(i);
      return name;
    },
  };

  it.each<[string, () => Promise<void>]>([
    ["fails on its way back", () => Promise.reject(new ConnectError("the proxy has lost it", Code.Unavailable))],
    ["never comes back", () => new Promise(() => {})],
  ])("is heard once, in order, when the reply %s", async (_what, lose) => {
    await without(isNot);
    let lost = 0;
    test.server.welcome = () => ({ heartbeatTimeoutMs: 2_000 });
    test.server.reply = (number) => (number % 2n === 0n && lost++ % 2 === 0 ? lose() : Promise.resolve());
    const fake = await test.attached(logging);
    const alive = setInterval(() => fake.say({ body: { case: "heartbeat", value: {} } }), 200);
    fake.start("run_1", "lines");
    await fake.next("call");
    fake.run("run_1", 3n, text("inputText:Name", "Ada"));
    expect(resultOf(await fake.next("finish"))).toBe("Ada");
    clearInterval(alive);
    expect(lost).toBeGreaterThan(1);
    const ofRun = fake.frames.filter(({ sequence }) => sequence > 0n);
    expect(ofRun.map(({ sequence }) => sequence)).toEqual(ofRun.map((_, i) => BigInt(i + 1)));
    expect(ofRun.filter(({ body }) => body.case === "log")).toHaveLength(20);
    expect(test.server.hosts).toHaveLength(1);
  });

  it("is said again over a new connection when the server no longer knows the session", async () => {
    await without(isNot);
    const fake = await test.attached(logging);
    fake.start("run_1", "lines");
    await fake.next("call");
    fake.acknowledges = false;
    test.server.reply = async () => {
      test.server.reply = async () => {};
      throw new ConnectError("there is no such session", Code.NotFound);
    };
    test.server.welcome = ({ liveRuns }) => ({
      runs: liveRuns.map(({ runId }) => ({ runId, resumed: true, lastSequence: 2n })),
    });
    fake.run("run_1", 3n, text("inputText:Name", "Ada"));
    const again = await test.server.nextHost();
    expect(resultOf(await again.next("finish"))).toBe("Ada");
    expect(again.frames[0]?.sequence).toBe(3n);
  });
});
