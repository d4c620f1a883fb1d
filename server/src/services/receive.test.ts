// Hosts whose network has no HTTP/2: Receive and Send over real HTTP/1.1.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { HostService, ReceiveRequestSchema, RunStatus } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Timing } from "../config.ts";
import type { Operator } from "../testing/operator.ts";
import { framesOf, ReceivingHost } from "../testing/receiving-host.ts";
import { actions, asks, began, logs, success } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";

let server: TestServer;
let key: string;
let program: Operator;

async function start(timing: Partial<Timing> = {}): Promise<void> {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 100, hostGraceMs: 3_600_000, ...timing } });
  ({ key } = await server.key());
  program = server.program(key);
}
beforeEach(() => start());
afterEach(() => server.close());

const transport = (as = key) => server.http1Transport({ authorization: `Bearer ${as}` });
const attach = (options?: Parameters<typeof ReceivingHost.attach>[1]) => ReceivingHost.attach(transport(), options);
const heartbeat = { body: { case: "heartbeat" as const, value: {} } };
const hostsOnline = async () => (await program.actions.getAction({ path: "hello" })).entry?.hostsOnline;

/** Opens a Receive by hand, so that a test can stop to read it. */
async function stream(): Promise<{ socket: Socket; token: string }> {
  const hello = { instanceId: "still", protocolMin: 1, protocolMax: 1, catalog: actions("hello") };
  const message = toBinary(ReceiveRequestSchema, create(ReceiveRequestSchema, { hello }));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /interval.host.v1.HostService/Receive HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${key}\r\n` +
      `Content-Type: application/connect+proto\r\nContent-Length: ${5 + message.length}\r\n\r\n`,
  );
  socket.write(Buffer.concat([head, message]));
  let read = "";
  while (true) {
    read += String((await once(socket, "data"))[0]);
    const [token] = /receive_[0-9a-f]{32}/.exec(read) ?? [];
    if (token) return { socket, token };
  }
}

describe("a host without HTTP/2", () => {
  test("is sent a run, asks, is answered, and ends it", async () => {
    const host = await attach();
    expect(host.token).toMatch(/^receive_[0-9a-f]{32}$/);
    const runId = await program.start();
    expect((await host.next("startRun")).scope.value).toBe(runId);
    await host.send(1n, framesOf(runId, 1n, began, asks("name")));
    await expect.poll(async () => (await program.state(runId)).calls.length).toBe(1);
    await program.answer(runId, "name");
    await host.next("answer");
    await host.send(2n, framesOf(runId, 3n, success));
    await expect.poll(async () => (await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
    expect((await host.next("ack")).scope.value).toBe(runId);
  });

  test("is lost when it sends nothing, though its stream stands", async () => {
    await server.close();
    await start({ heartbeatTimeoutMs: 1_500 });
    const host = await attach();
    await host.send(1n, [heartbeat]);
    expect(await hostsOnline()).toBe(1);
    await host.frames.whenEnded();
    expect(await hostsOnline()).toBe(0);
  });

  test("is lost when its stream stands still, though it sends", async () => {
    await server.close();
    await start({ heartbeatTimeoutMs: 1_500 });
    const { socket, token } = await stream();
    const sender = createClient(HostService, transport());
    let number = 0n;
    const say = (...frames: ReturnType<typeof framesOf>) =>
      sender.send({ sessionToken: token, number: ++number, frames });
    const alive = setInterval(() => void say(heartbeat).catch(() => undefined), 200);
    const runId = await program.start();
    await say(...framesOf(runId, 1n, began, asks("found", "search")));
    await expect.poll(async () => (await program.state(runId)).calls.length).toBe(1);
    socket.pause();
    const fetch = { kind: { case: "search" as const, value: { query: "x".repeat(60_000) } } };
    const asked = { runId, callKey: "found", componentKey: "found", fetch };
    // More than the machine buffers on the way.
    const fetches = Array.from({ length: 300 }, () => program.runs.fetch(asked).catch(() => undefined));
    await expect.poll(hostsOnline, { timeout: 15_000 }).toBe(0);
    clearInterval(alive);
    socket.destroy();
    await Promise.all(fetches);
  }, 30_000);

  test("is gone when its stream has ended, and goes on where it was by a new one", async () => {
    const host = await attach();
    const runId = await program.start();
    await host.next("startRun");
    await host.send(1n, framesOf(runId, 1n, began, asks("name")));
    await host.drop();
    await expect.poll(hostsOnline).toBe(0);
    await program.answer(runId, "name");
    const back = await attach({ liveRuns: [{ runId }] });
    expect((await back.next("answer")).scope.value).toBe(runId);
    await expect(host.send(2n, [heartbeat])).rejects.toMatchObject({ code: Code.NotFound });
  });

  test("may say goodbye: its stream ends", async () => {
    const host = await attach();
    await host.send(1n, [{ body: { case: "goodbye", value: { reason: "deployed" } } }]);
    expect(await host.frames.whenEnded()).toBeUndefined();
    await expect(host.send(2n)).rejects.toMatchObject({ code: Code.NotFound });
  });

  test("is told when the server stops", async () => {
    const host = await attach();
    const stopped = server.restart();
    await host.next("drain");
    await host.frames.whenEnded();
    await stopped;
  });

  test("is replaced by a connection of the same process over HTTP/2, and the other way round", async () => {
    const first = await attach({ instanceId: "one" });
    const second = await server.host(key, { hello: { instanceId: "one" } });
    await first.frames.whenEnded();
    await expect(first.send(1n)).rejects.toMatchObject({ code: Code.NotFound });
    const third = await attach({ instanceId: "one" });
    await second.frames.whenEnded();
    await third.send(1n, [heartbeat]);
    expect(await hostsOnline()).toBe(1);
  });

  test("whose key is revoked is attached no longer, and sends no more", async () => {
    await server.close();
    await start({ heartbeatTimeoutMs: 1_500 });
    const revoked = await server.key();
    const host = await ReceivingHost.attach(transport(revoked.key));
    let number = 0n;
    const alive = setInterval(() => void host.send(++number, [heartbeat]).catch(() => undefined), 200);
    await server.store.keys.revokeKey(revoked.record.id);
    await host.frames.whenEnded();
    clearInterval(alive);
    await expect(host.send(number + 1n)).rejects.toMatchObject({ code: Code.Unauthenticated });
  }, 20_000);
});

describe("a Send", () => {
  test("that comes again is answered again, and what it says happens once", async () => {
    const host = await attach();
    const runId = await program.start();
    const frames = framesOf(runId, 1n, began, logs("once"));
    for (let i = 0; i < 3; i++) await host.send(1n, frames);
    await Promise.all([host.send(2n, framesOf(runId, 3n, success)), host.send(2n, framesOf(runId, 3n, success))]);
    await host.send(1n, frames);
    await expect.poll(async () => (await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
    expect((await program.runs.listLogs({ runId })).lines).toHaveLength(1);
  });

  test("beyond the next number is OUT_OF_RANGE, and is not heard", async () => {
    const host = await attach();
    const runId = await program.start();
    await host.send(1n, framesOf(runId, 1n, began));
    await expect(host.send(3n, framesOf(runId, 2n, success))).rejects.toMatchObject({ code: Code.OutOfRange });
    await host.send(2n, framesOf(runId, 2n, asks("name")));
    await expect.poll(async () => (await program.state(runId)).calls.length).toBe(1);
  });

  test("below 1 is INVALID_ARGUMENT", async () => {
    const host = await attach();
    await expect(host.send(0n)).rejects.toMatchObject({ code: Code.InvalidArgument });
  });

  test("with a token that never was, or with another key, is NOT_FOUND", async () => {
    const host = await attach();
    await expect(host.send(1n, [], "receive_0")).rejects.toMatchObject({ code: Code.NotFound });
    for (const other of [await server.key(), await server.key("production", { organization: "other" })]) {
      const stranger = await ReceivingHost.attach(transport(other.key), { instanceId: "other" });
      await expect(stranger.send(1n, [], host.token)).rejects.toMatchObject({ code: Code.NotFound });
    }
    await host.send(1n);
  });

  test("with a catalogue that cannot be is refused, and ends the session", async () => {
    const host = await attach();
    const catalog = { routes: [{ path: "a b", kind: { case: "action" as const, value: {} } }] };
    const frame = { body: { case: "routes" as const, value: { catalog } } };
    await expect(host.send(1n, [frame])).rejects.toMatchObject({ code: Code.InvalidArgument });
    await host.frames.whenEnded();
  });
});

test("a Receive without a hello is refused", async () => {
  const response = await fetch(`${server.url}/interval.host.v1.HostService/Receive`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/connect+json" },
    body: Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from("{}")]),
  });
  expect(await response.text()).toMatch(/invalid_argument.*must have a hello/);
});
