// Who may make the server read and keep what they send: nobody before it knows them, and nobody without an end.
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { HostService, limits, RunService } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeyKind } from "../store/store.ts";
import { TestServer } from "../testing/test-server.ts";
import { RawClient } from "./raw-client.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const MiB = 2 ** 20;
const messageMs = 400;
const startRun = `/${RunService.typeName}/${RunService.method.startRun.name}`;
const attach = `/${HostService.typeName}/${HostService.method.attach.name}`;
const signIn = "/api/auth/sign-in/email";

let server: TestServer;
let clients: RawClient[];
let sessions: ClientHttp2Session[];
beforeEach(async () => {
  [clients, sessions] = [[], []];
  server = await TestServer.start({ timing: { messageMs } });
});
afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  for (const session of sessions) session.destroy();
  await server.close();
});

/** Another server, which waits for messages as long as servers usually do. */
async function waitUsually(): Promise<void> {
  await server.close();
  server = await TestServer.start();
}

/** Sends the headers of a request, and the beginning of its body. */
async function begin(path: string, length: number, sent: Buffer, headers: string[] = []): Promise<RawClient> {
  const client = await RawClient.connect(Number(new URL(server.url).port));
  clients.push(client);
  const fields = ["Host: localhost", "Content-Type: application/json", `Content-Length: ${length}`, ...headers];
  client.send([`POST ${path} HTTP/1.1`, ...fields, "", ""].join("\r\n"));
  client.send(sent);
  return client;
}

function beginHttp2(path: string, headers: Record<string, string> = {}) {
  const session = connectHttp2(server.url);
  sessions.push(session);
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json", ...headers });
  stream.on("error", () => undefined);
  return stream;
}

const bearer = async (kind: KeyKind = "program") => `Bearer ${(await server.key("production", { kind })).key}`;

describe("a stranger", () => {
  test("is refused before the body is read, 150 of them at once", async () => {
    const body = Buffer.alloc(4 * MiB - 1, " ");
    const before = process.memoryUsage();
    const strangers = await Promise.all(Array.from({ length: 150 }, () => begin(startRun, 4 * MiB, body)));
    await Promise.all(strangers.map((client) => client.says(/^HTTP\/1\.1 401 [\s\S]*unauthenticated/)));
    const { rss } = process.memoryUsage();
    collectGarbage();
    const { arrayBuffers } = process.memoryUsage();
    // The clients and what the kernel holds for them count as well; the bodies are 600 MiB.
    expect(arrayBuffers - before.arrayBuffers).toBeLessThan(64 * MiB);
    expect(rss - before.rss).toBeLessThan(200 * MiB);
    await Promise.all(strangers.map((client) => client.closed())); // though their bodies have not ended
  });

  test("is refused over HTTP/2 too, and the request ends", async () => {
    const stream = beginHttp2(startRun);
    stream.write("x".repeat(1000));
    const [headers] = await once(stream, "response");
    expect(headers[":status"]).toBe(401);
    await once(stream.resume(), "close");
  });

  test("opens no stream for which a host's first message is read", async () => {
    const stream = beginHttp2(attach, { "content-type": "application/connect+proto" });
    stream.write(Buffer.concat([Buffer.from([0, 0, 0x3f, 0, 0]), Buffer.alloc(10_000)]));
    let text = "";
    for await (const chunk of stream.setEncoding("latin1")) text += chunk;
    expect(text).toContain("unauthenticated");
  });

  test.each([
    ["/", 405],
    ["/sdk.tgz", 405],
    ["/assets/asset_0", 405],
    ["/assets/relay", 405],
    ["/health/live", 200],
  ])("who sends a body without an end to %s is answered and cut off", async (path, status) => {
    const client = await begin(path, 4 * MiB, Buffer.alloc(1000));
    await client.says(new RegExp(`^HTTP/1\\.1 ${status} `));
    await client.closed();
  });

  test("who signs in slowly is cut off, and a large body is not waited for", async () => {
    const slow = await begin(signIn, 100, Buffer.from("{"));
    await slow.says(/^HTTP\/1\.1 408 [\s\S]*400 ms/);
    await slow.closed();
    const large = await begin(signIn, limits.http.openBodyBytes + 1, Buffer.from("{"));
    await large.says(/^HTTP\/1\.1 413 [\s\S]*at most 16384 bytes/);
  });

  test("who begins to sign in very often is told to wait, and others sign in", async () => {
    await waitUsually();
    const { requests } = limits.http.openBodies;
    const many = await Promise.all(Array.from({ length: requests + 1 }, () => begin(signIn, 100, Buffer.from("{"))));
    await expect.poll(() => many.filter(({ text }) => text.startsWith("HTTP/1.1 503")).length).toBe(1);
  });
});

describe("a caller who is known", () => {
  test("has some seconds for a message, over HTTP/1.1", async () => {
    const client = await begin(startRun, 1000, Buffer.from("{"), [`Authorization: ${await bearer()}`]);
    const dribble = setInterval(() => client.send(" "), 20);
    await client.says(/^HTTP\/1\.1 504 [\s\S]*deadline_exceeded[\s\S]*400 ms/);
    clearInterval(dribble);
    await client.closed();
  });

  test("has some seconds for a message, over HTTP/2", async () => {
    const stream = beginHttp2(startRun, { authorization: await bearer() });
    stream.write("{");
    const [headers] = await once(stream, "response");
    expect(headers[":status"]).toBe(504);
    await once(stream.resume(), "close");
  });

  test("may not begin a message of a stream and leave it", async () => {
    const authorization = await bearer("host");
    const stream = beginHttp2(attach, { authorization, "content-type": "application/connect+proto" });
    stream.write(Buffer.from([0, 0, 0, 1, 0]));
    let text = "";
    for await (const chunk of stream.setEncoding("latin1")) text += chunk;
    expect(text).toContain("deadline_exceeded");
  });

  test("may be silent between the messages of a stream", async () => {
    const { key } = await server.key();
    const host = await server.host(key, { silent: true });
    const slow = await begin(startRun, 1000, Buffer.from("{"), [`Authorization: ${await bearer()}`]);
    await slow.says(/deadline_exceeded/); // the time of a message has passed
    expect(host.frames.ended).toBe(false);
    await host.drop();
  });

  test("holds so many bytes at once and no more, whatever others hold", async () => {
    await waitUsually();
    const [mine, theirs] = [`Authorization: ${await bearer()}`, `Authorization: ${await bearer()}`];
    const length = 4 * MiB;
    const fitting = limits.http.bodies.each / length;
    const begun = await Promise.all(
      Array.from({ length: fitting + 1 }, () => begin(startRun, length, Buffer.from("{"), [mine])),
    );
    const refusals = () => begun.filter(({ text }) => /^HTTP\/1\.1 429 [\s\S]*resource_exhausted/.test(text)).length;
    await expect.poll(refusals).toBe(1);
    const other = await begin(startRun, 2, Buffer.from("{}"), [theirs]);
    await other.says(/^HTTP\/1\.1 404 [\s\S]*There is no action/);
    for (const client of begun) client.socket.destroy();
    const again = async () => {
      const client = await begin(startRun, 2, Buffer.from("{}"), [mine]);
      return client.says(/^HTTP\/1\.1 404 /).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(again).toBe(true); // what those held who left is given back
  });
});
