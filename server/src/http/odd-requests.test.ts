// Requests that nobody's client would make, byte by byte: each is refused as the caller's fault, and the server goes on.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestServer } from "../testing/test-server.ts";
import { RawClient } from "./raw-client.ts";

let server: TestServer;
let directory: string;
/** A program's, which operates runs. */
let key: string;
let hostKey: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interval-odd-"));
  await writeFile(join(directory, "sdk.tgz"), "packed");
  server = await TestServer.start({ sdkFile: join(directory, "sdk.tgz") });
  ({ key } = await server.key("production", { kind: "program" }));
  ({ key: hostKey } = await server.key());
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const run = "/interval.operator.v1.RunService";
const receive = "/interval.host.v1.HostService/Receive";

/** Sends bytes, and returns the status and the body. */
async function raw(head: string[], body: string | Buffer = ""): Promise<{ status: number; body: string }> {
  const client = await RawClient.connect(Number(new URL(server.url).port));
  client.send(
    Buffer.concat([Buffer.from([...head, "Connection: close", "", ""].join("\r\n"), "latin1"), Buffer.from(body)]),
  );
  await client.closed();
  const status = Number(client.text.split(" ", 2)[1]);
  return { status, body: client.text.slice(client.text.indexOf("\r\n\r\n") + 4) };
}

const post = (path: string, type: string, body: string | Buffer, ...more: string[]) =>
  raw(
    [
      `POST ${path} HTTP/1.1`,
      "Host: localhost",
      `Authorization: Bearer ${path === receive ? hostKey : key}`,
      `Content-Type: ${type}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...more,
    ],
    body,
  );
const get = (path: string) => raw([`GET ${path} HTTP/1.1`, "Host: localhost", `Authorization: Bearer ${key}`]);

/** Bytes that are no message, for each way in which they cannot be. */
const noMessages: Array<[string, number[]]> = [
  ["nothing but continuation", [0xff, 0xff, 0xff]],
  ["a length beyond the end", [0x0a, 0x20, 0x41]],
  ["a text that is not UTF-8", [0x0a, 0x02, 0xff, 0xfe]],
  ["a wire type that there is not", [0x0f, 0x02]],
  ["a field number 0", [0x00, 0x02]],
  ["a number in the place of a text", [0x08, 0x02]],
  ["a group without its end", [0x13, 0x08]],
];

describe("a message that cannot be decoded", () => {
  test.each(noMessages)("of %s is INVALID_ARGUMENT", async (_what, bytes) => {
    const { status, body } = await post(`${run}/StartRun`, "application/proto", Buffer.from(bytes));
    expect({ status, body }).toEqual({ status: 400, body: expect.stringMatching(/"code":"invalid_argument"/) });
  });

  test.each(noMessages)("of %s is so in a stream, in gRPC, and in gRPC-Web", async (_what, bytes) => {
    const enveloped = Buffer.from([0, 0, 0, 0, bytes.length, ...bytes]);
    expect((await post(receive, "application/connect+proto", enveloped)).body).toMatch(/"code":"invalid_argument"/);
    expect((await post(`${run}/StartRun`, "application/grpc-web+proto", enveloped)).body).toMatch(/grpc-status: 3/);
    const h2 = await ask({ ":path": `${run}/StartRun`, "content-type": "application/grpc", te: "trailers" }, enveloped);
    expect(h2.trailers["grpc-status"]).toBe("3");
  });

  test("that is marked as compressed without saying how is INVALID_ARGUMENT", async () => {
    const enveloped = Buffer.from([1, 0, 0, 0, 0]);
    expect((await post(`${run}/StartRun`, "application/grpc-web+proto", enveloped)).body).toMatch(/grpc-status: 3/);
    const h2 = await ask({ ":path": `${run}/StartRun`, "content-type": "application/grpc", te: "trailers" }, enveloped);
    expect(h2.trailers["grpc-status"]).toBe("3");
  });

  test.each([
    ["cut off", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["a key twice", '{"action":"a","action":"b"}'],
    ["a number in the place of a text", '{"action":5}'],
    ["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["nested a million times", `{"x":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`],
    ["nested 100,000 times in a field", `{"params":{"p":${'{"listValue":{"items":['.repeat(100_000)}`],
  ])("of JSON that is %s is not INTERNAL", async (_what, json) => {
    const { status } = await post(`${run}/StartRun`, "application/json", json);
    expect([400, 404]).toContain(status);
  });

  test.each([
    "encoding=proto&message=%ff%zz",
    "encoding=proto&base64=1&message=***",
    "encoding=proto&base64=1&message=_____w",
    "encoding=json&message={",
  ])("of the query %s is INVALID_ARGUMENT", async (query) => {
    expect(await get(`${run}/GetRun?${query}`)).toMatchObject({
      status: 400,
      body: expect.stringMatching(/invalid_arg/),
    });
  });

  test("of a stream, with flags that mean nothing here, is INVALID_ARGUMENT", async () => {
    const { body } = await post(receive, "application/connect+proto", Buffer.from([0xff, 0, 0, 0, 0]));
    expect(body).toMatch(/"code":"invalid_argument"/);
  });
});

describe("a request", () => {
  const hosts = [
    "a b",
    "[::1",
    "[]",
    "%",
    "a:99999",
    "a:b",
    "a:80:80",
    "@",
    "user@a",
    "a/b",
    "a?b",
    "a#b",
    "a\\b",
    "1.2.3.4.5",
    "",
  ];
  test.each(hosts)("with the host %j is refused, whatever it is for", async (host) => {
    for (const line of [
      `POST ${run}/StartRun`,
      "GET /health/live",
      "POST /api/auth/sign-out",
      "GET /assets/asset_0",
      "GET /",
    ]) {
      const { status } = await raw([
        `${line} HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: Bearer ${key}`,
        "Content-Length: 0",
      ]);
      expect([line, status]).toEqual([line, 400]);
    }
  });

  test.each(["%", "[::1", "a:99999"])("over HTTP/2 with the authority %j is refused", async (authority) => {
    expect((await ask({ ":path": `${run}/StartRun`, ":authority": authority }, "{}")).status).toBe(400);
  });

  test("of HTTP/1.0, which has no host, is answered", async () => {
    expect((await raw(["GET /health/live HTTP/1.0"])).status).toBe(200);
    const head = [`POST ${run}/ListRuns HTTP/1.0`, `Authorization: Bearer ${key}`, "Content-Type: application/json"];
    expect((await raw([...head, "Content-Length: 2"], "{}")).status).toBe(200);
  });

  test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])(
    "to sign in by %s is refused",
    async (method) => {
      expect((await raw([`${method} /api/auth/sign-in/email HTTP/1.1`, "Host: localhost"])).status).toBe(405);
    },
  );

  test.each(["TRACE", "OPTIONS", "DELETE", "PROPFIND"])("by %s is refused wherever it goes", async (method) => {
    for (const path of [`${run}/GetRun`, "/", "/sdk.tgz", "/assets/asset_0", "/assets/relay"]) {
      const { status } = await raw([`${method} ${path} HTTP/1.1`, "Host: localhost", `Authorization: Bearer ${key}`]);
      expect([path, status]).toEqual([path, 405]);
    }
  });

  test.each([
    "Content-Length: -1",
    "Content-Length: abc",
    "Content-Length: 99999999999999999999",
    "Content-Length: 2\r\nContent-Length: 3",
    "Content-Length: 2\r\nTransfer-Encoding: chunked",
  ])("with %j is refused", async (line) => {
    for (const path of [`${run}/StartRun`, "/api/auth/sign-out", "/assets/asset_0"])
      expect((await raw([`POST ${path} HTTP/1.1`, "Host: localhost", line], "{}")).status).toBe(400);
  });

  test.each([
    ["Cookie: interval.session_token=%E0%A4%A; =; ;;; a", 401],
    ["Cookie: interval.session_token=a.b%00; \xff=\xff", 401],
    ["Authorization: Bearer \xff\xff", 401],
    ["Authorization: Bearer", 401],
    ["Expect: x", 417],
  ])("with the header %s is answered with %i", async (line, status) => {
    const head = [
      `POST ${run}/ListRuns HTTP/1.1`,
      "Host: localhost",
      "Content-Type: application/json",
      "Content-Length: 2",
    ];
    expect((await raw([...head, line], "{}")).status).toBe(status);
  });

  test.each(["abc", "99999999999999999999"])("with the time limit %s is answered with 400", async (text) => {
    const { status } = await post(`${run}/ListRuns`, "application/json", "{}", `Connect-Timeout-Ms: ${text}`);
    expect(status).toBe(400);
  });

  test("with an upgrade is answered as without it", async () => {
    const { status } = await post(
      `${run}/ListRuns`,
      "application/json",
      "{}",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk",
    );
    expect(status).toBe(200);
  });

  test("of a person with an origin that is no address is refused", async () => {
    const { headers } = await server.person("Ann", 1);
    const head = [`POST ${run}/ListRuns HTTP/1.1`, "Host: localhost", `Cookie: ${headers.cookie}`];
    const line = `Origin: http://${"T".repeat(12_000)}`;
    const { status } = await raw([...head, "Content-Type: application/json", "Content-Length: 2", line], "{}");
    expect(status).toBe(403);
  });

  test.each([
    ["ListRuns", { pageSize: -1 }, 400],
    ["ListRuns", { pageSize: 2_147_483_647 }, 200],
    ["ListRuns", { pageToken: "%%%" }, 400],
    ["ListRuns", { filter: { statuses: [99] } }, 200],
    ["ListRuns", { filter: { text: "\0%_", page: "\0", action: "\0" } }, 200],
    ["ListRuns", { filter: { triggers: Array(40_000).fill(1) } }, 400],
    ["ListEvents", { runId: "x", afterSequence: "9223372036854775807" }, 400],
    ["ListLogs", { runId: "x", afterSequence: "-9223372036854775808" }, 400],
    ["GetRun", { runId: "__proto__" }, 404],
    ["GetRun", { runId: "a\0" }, 404],
    ["StartRun", { action: "__proto__" }, 404],
    ["StartRun", { action: "\ud800" }, 400],
    ["DecideHandover", { runId: "x", sequence: "9223372036854775807", outcome: 99 }, 400],
  ])("of %s with %j is answered with %i", async (method, value, status) => {
    expect((await post(`${run}/${method}`, "application/json", JSON.stringify(value))).status).toBe(status);
  });
});

describe("headers", () => {
  test("that make a pattern try many ways hold nobody up", async () => {
    const spaces = `a${" ".repeat(15_000)}b`;
    const begin = performance.now();
    for (let i = 0; i < 20; i++) {
      await raw(["GET /sdk.tgz HTTP/1.1", "Host: localhost", `If-None-Match: ${spaces}`]);
      await raw(["GET / HTTP/1.1", "Host: localhost", `Accept-Encoding: gzip;q=0${spaces}`]);
    }
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test("of more than 16 KiB are refused over both protocols", async () => {
    const large = "x".repeat(limits.headerBytes + 1000);
    expect((await raw(["GET / HTTP/1.1", "Host: localhost", `X-A: ${large}`])).status).toBe(431);
    const pumped = { ":path": "/sdk.tgz", "if-none-match": `a${" ".repeat(60_000)}b` };
    expect((await ask(pumped)).status).toBe(431); // before the client has heard of the limit
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x-${i}`, "y"]));
    await expect(ask({ ":path": "/", ...many })).rejects.toThrow(/ENHANCE_YOUR_CALM/);
    expect((await ask({ ":path": "/health/live" })).status).toBe(200);
  });
});

/** Makes a request over HTTP/2. Rejects when its stream is reset. */
async function ask(headers: OutgoingHttpHeaders, body?: string | Buffer) {
  const session: ClientHttp2Session = connect(server.url);
  session.on("error", () => undefined);
  try {
    const method = body === undefined ? "GET" : "POST";
    const usual = { ":method": method, authorization: `Bearer ${key}`, "content-type": "application/json" };
    const stream = session.request({ ...usual, ...headers });
    let trailers: Record<string, unknown> = {};
    stream.on("trailers", (given) => {
      trailers = { ...given };
    });
    if (body !== undefined) stream.end(body);
    const [given] = await once(stream, "response");
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) text += chunk;
    return { status: Number(given[":status"]), text, trailers: { ...given, ...trailers } };
  } finally {
    session.destroy();
  }
}
