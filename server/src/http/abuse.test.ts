// What a client does to the port itself, whoever it is.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import http2 from "node:http2";
import { limits } from "@interval/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPort, type Port, type PortOptions } from "./port.ts";
import { frame, frameTypes, getFrame, preface, RawClient, settings } from "./raw-client.ts";

const goAway = 7;
const rstStream = 3;

let port: Port;
let number: number;
let clients: RawClient[];
let waiting: ServerResponse[];
let refused: string[];
beforeEach(async () => {
  [clients, waiting, refused] = [[], [], []];
  await open();
});
afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  await port.close(0);
});

async function open(options: PortOptions = {}): Promise<void> {
  await port?.close(0);
  port = createPort(answer, { onRefused: (why) => refused.push(why), ...options });
  number = await port.listen(0, "127.0.0.1");
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/wait") waiting.push(response);
  else response.end("x".repeat(request.url === "/large" ? 10_000_000 : 1));
}

async function connect(from?: string): Promise<RawClient> {
  const client = await RawClient.connect(number, from);
  clients.push(client);
  return client;
}

async function connectHttp2(): Promise<RawClient> {
  const client = await connect();
  client.send(Buffer.concat([preface, settings]));
  await expect.poll(() => frameTypes(client.received)).toContain(4);
  return client;
}

const getWait = (stream: number) => getFrame(stream, "/wait");
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Another client is served all the while. */
async function expectServed(): Promise<void> {
  const other = await connect();
  other.send(get("/"));
  await other.says(/x$/);
}

/** Sends more and more, until the server has ended the connection. */
async function sendUntilClosed(client: RawClient, next: () => Buffer): Promise<void> {
  const closed = new Promise<boolean>((resolve) => client.socket.once("close", () => resolve(true)));
  const soon = () => new Promise<boolean>((resolve) => setImmediate(resolve, false));
  do client.send(next());
  while (!(await Promise.race([closed, soon()])));
}

/** The payload of the first frame of a type. */
function payloadOf(bytes: Buffer, type: number): Buffer | undefined {
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes.readUInt8(at + 3) === type) return bytes.subarray(at + 9, at + 9 + bytes.readUIntBE(at, 3));
  }
  return undefined;
}

test("more streams than one connection may have are refused, and those before them go on", async () => {
  const client = await connectHttp2();
  client.send(frame(4, 1)); // acknowledges the server's settings
  const extra = 10;
  for (let i = 0; i < limits.http.streams + extra; i++) client.send(getWait(1 + 2 * i));
  await expect.poll(() => waiting.length).toBe(limits.http.streams);
  const ended = () => frameTypes(client.received).filter((type) => type === rstStream || type === goAway).length;
  await expect.poll(ended).toBeGreaterThan(0);
  expect(waiting.length).toBe(limits.http.streams);
  await expectServed();
});

test("a client that sends no acknowledgement has as many streams and no more", async () => {
  const client = await connectHttp2();
  for (let i = 0; i < limits.http.streams + 10; i++) client.send(getWait(1 + 2 * i));
  await expect.poll(() => frameTypes(client.received).filter((type) => type === rstStream).length).toBe(10);
  expect(waiting.length).toBe(limits.http.streams);
});

test("a client that resets request after request is told to go", async () => {
  const client = await connectHttp2();
  const cancel = Buffer.from([0, 0, 0, http2.constants.NGHTTP2_CANCEL]);
  let stream = 1;
  await sendUntilClosed(client, () => {
    const wave = Array.from({ length: 100 }, () => {
      stream += 2;
      return Buffer.concat([getWait(stream), frame(rstStream, 0, cancel, stream)]);
    });
    return Buffer.concat(wave);
  });
  expect(frameTypes(client.received)).toContain(goAway);
  expect(waiting.length).toBeLessThan(limits.http.resets.burst * 2);
  await expectServed();
});

test.each<[string, Buffer]>([
  ["pings", frame(6, 0, Buffer.alloc(8))],
  ["settings", settings],
])("a client that sends %s without end is told to be calm", async (_what, flood) => {
  const client = await connectHttp2();
  client.send(Buffer.concat(Array.from({ length: limits.http.controlFrames.count * 2 }, () => flood)));
  await client.closed();
  expect(payloadOf(client.received, goAway)?.readUInt32BE(4)).toBe(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
  await expectServed();
});

test("headers that never end are cut off", async () => {
  const client = await connectHttp2();
  const header = Buffer.concat([Buffer.from([0x00, 1]), Buffer.from("a"), Buffer.from([100]), Buffer.alloc(100, 0x62)]);
  client.send(frame(1, 0, Buffer.from([0x82, 0x86, 0x84]), 1));
  const more = frame(9, 0, Buffer.concat(Array.from({ length: 50 }, () => header)), 1);
  const before = process.memoryUsage().rss;
  await sendUntilClosed(client, () => more);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  await expectServed();
});

test("an HTTP/2 connection without requests is closed, and one with a request is not", async () => {
  await open({ idleMs: 100 });
  const [idle, busy] = [await connectHttp2(), await connectHttp2()];
  busy.send(getWait(1));
  await expect.poll(() => waiting.length).toBe(1);
  await idle.closed();
  expect(frameTypes(idle.received)).toContain(goAway);
  const later = await connectHttp2();
  await later.closed(); // after the time in which the busy one would have been closed
  expect(frameTypes(busy.received)).not.toContain(goAway);
  waiting[0]?.end("done");
  await busy.closed();
  expect(busy.text).toContain("done");
});

test("a client that does not read its answer is cut off", async () => {
  await open({ standstillMs: 200 });
  const client = await connect();
  client.socket.pause();
  client.send(get("/large"));
  const slow = await connectHttp2(); // grants 65,535 bytes and no more
  slow.send(getFrame(1, "/large"));
  await expect.poll(() => frameTypes(slow.received)).toContain(rstStream);
  await once(client.socket.resume(), "close");
  expect(client.received.length).toBeLessThan(10_000_000);
});

test("an address has so many connections and no more, and a proxy as many as there are", async () => {
  await open({ connections: { each: 3, all: 6 }, isProxy: (address) => address === "127.0.0.3" });
  const taken = async (from: string) => {
    const client = await connect(from);
    client.send(get("/"));
    return client.says(/x$/).then(
      () => true,
      () => false,
    );
  };
  for (let i = 0; i < 3; i++) expect(await taken("127.0.0.1")).toBe(true);
  expect(await taken("127.0.0.1")).toBe(false);
  expect(refused).toEqual([expect.stringMatching(/MAX_CONNECTIONS_PER_ADDRESS.*127\.0\.0\.1.*TRUSTED_PROXIES/)]);
  for (let i = 0; i < 3; i++) expect(await taken("127.0.0.3")).toBe(true);
  expect(await taken("127.0.0.2")).toBe(false);
  clients[0]?.socket.destroy();
  await expect.poll(() => taken("127.0.0.2")).toBe(true);
});
