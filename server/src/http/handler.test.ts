import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestServer } from "../testing/test-server.ts";
import { RawClient } from "./raw-client.ts";
import { securityHeaders } from "./security-headers.ts";

const page = `<!doctype html><title>Interval</title>${"<p>x</p>".repeat(200)}`;
const script = `console.log("${"x".repeat(2000)}");`;

let server: TestServer;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interval-dashboard-"));
  const dashboardDir = join(directory, "dist");
  await mkdir(join(dashboardDir, "assets"), { recursive: true });
  await writeFile(join(directory, "secret.txt"), "secret");
  await writeFile(join(dashboardDir, "index.html"), page);
  await writeFile(join(dashboardDir, ".hidden"), "secret");
  await writeFile(join(dashboardDir, "favicon.svg"), "<svg/>");
  await writeFile(join(dashboardDir, "assets/main-1a2b.js"), script);
  const sdkFile = join(directory, "sdk.tgz");
  await writeFile(sdkFile, "packed");
  server = await TestServer.start({ dashboardDir, sdkFile });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

/** Sends a request with the path exactly as it is written. */
async function raw(
  path: string,
  { method = "GET", headers = {} as Record<string, string>, body = "", from = "127.0.0.1" } = {},
) {
  const client = await RawClient.connect(Number(new URL(server.url).port), from);
  const length: Record<string, string> = body ? { "Content-Length": String(body.length) } : {};
  const lines = Object.entries({ Host: new URL(server.url).host, Connection: "close", ...length, ...headers });
  client.send(
    [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), "", body].join("\r\n"),
  );
  await client.closed();
  const end = client.received.indexOf("\r\n\r\n");
  const [status, ...fields] = client.received.subarray(0, end).toString().split("\r\n");
  const named = fields.map((field) => [
    field.split(":", 1)[0]?.toLowerCase() ?? "",
    field.slice(field.indexOf(":") + 2),
  ]);
  return {
    status: Number(status?.split(" ")[1]),
    headers: Object.fromEntries(named) as Record<string, string>,
    body: client.received.subarray(end + 4),
  };
}

const json = { "Content-Type": "application/json" };

describe("every response", () => {
  test.each<[string, number, string, Parameters<typeof raw>[1]]>([
    ["the dashboard", 200, "/", {}],
    ["an asset", 200, "/assets/main-1a2b.js", {}],
    ["an asset that is not there", 404, "/assets/none.js", {}],
    ["a method that is not there", 405, "/", { method: "DELETE" }],
    ["health", 200, "/health/live", {}],
    ["signing in", 401, "/api/auth/sign-in/link", { method: "POST", headers: json, body: '{"token":"x"}' }],
    ["an identity route that is not there", 404, "/api/auth/none", {}],
    [
      "a refused RPC",
      401,
      "/interval.operator.v1.SessionService/GetSession",
      { method: "POST", headers: json, body: "{}" },
    ],
    [
      "an RPC that is not there",
      404,
      "/interval.operator.v1.SessionService/None",
      { method: "POST", headers: json, body: "{}" },
    ],
    [
      "an RPC in no known format",
      415,
      "/interval.operator.v1.SessionService/GetSession",
      { method: "POST", body: "x" },
    ],
  ])("%s, carries the security headers", async (_what, status, path, options) => {
    const response = await raw(path, options);
    expect(response.status).toBe(status);
    expect(response.headers).toMatchObject(securityHeaders());
  });

  test("allows no inline code, no frames and no foreign scripts", () => {
    const policy = securityHeaders()["content-security-policy"];
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe/);
  });
});

describe("health", () => {
  test("says that the server lives and is ready", async () => {
    for (const state of ["live", "ready"]) {
      const { status, body } = await raw(`/health/${state}`);
      expect(status).toBe(200);
      expect(body.toString()).toContain(`${state}\n`);
    }
    expect((await raw("/health/none")).status).toBe(404);
  });

  test("a server that stops is alive and not ready", async () => {
    const stopping = await TestServer.start();
    const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`;
    const begin = async (path: string) => {
      const client = await RawClient.connect(Number(new URL(stopping.url).port));
      client.send(ask(path));
      return client;
    };
    const [ready, live] = [await begin("/health/ready"), await begin("/health/live")];
    await fetch(`${stopping.url}/health/live`); // the requests before it have arrived
    const closed = stopping.running.close();
    for (const client of [ready, live]) client.send("\r\n");
    await ready.says(/^HTTP\/1\.1 503 [\s\S]*the server is stopping/);
    await live.says(/^HTTP\/1\.1 200 /);
    await closed;
    await stopping.close();
  });
});

describe("the SDK", () => {
  test("is a file that npm can install and ask about again", async () => {
    const { status, headers, body } = await raw("/sdk.tgz");
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: "packed" });
    expect(headers).toMatchObject({ "content-type": "application/gzip", "cache-control": "no-cache" });
    expect(headers["content-length"]).toBe("6");
    const { etag = "" } = headers;
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [etag, `"other", W/${etag}`, "*"]) {
      const again = await raw("/sdk.tgz", { headers: { "If-None-Match": known } });
      expect({ status: again.status, body: again.body.toString() }).toEqual({ status: 304, body: "" });
    }
    expect((await raw("/sdk.tgz", { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
    expect((await raw("/sdk.tgz", { method: "HEAD" })).body.toString()).toBe("");
    expect((await raw("/sdk.tgz", { method: "POST" })).status).toBe(405);
  });

  test("that was not packed is no page of the dashboard", async () => {
    const bare = await TestServer.start({ dashboardDir: join(directory, "dist") });
    const response = await fetch(`${bare.url}/sdk.tgz`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("npm run build")]);
    await bare.close();
  });
});

describe("files", () => {
  test.each(["/", "/index.html", "/main/production", "/main/production/runs/run_1?x=1", "/a/b.c"])(
    "%s is the dashboard, which is asked for anew each time",
    async (path) => {
      const { status, headers, body } = await raw(path);
      expect({ status, body: body.toString() }).toEqual({ status: 200, body: page });
      expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    },
  );

  test.each(["/api/none", "/assets/none.js", "/assets%2Fnone.js", "/interval.operator.v1.None/Get/x"])(
    "%s is not there, rather than the dashboard",
    async (path) => expect((await raw(path)).status).toBe(404),
  );

  test.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/..\\secret.txt",
    "//secret.txt",
    "/.hidden",
    "/%00",
    "/%zz",
    "http://localhost/../secret.txt",
  ])("%s leads out of nowhere", async (path) => {
    const { body } = await raw(path);
    expect(body.toString()).not.toContain("secret");
  });

  test("an asset is kept for ever, since its name changes with it", async () => {
    const { headers, body } = await raw("/assets/main-1a2b.js");
    expect(body.toString()).toBe(script);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect((await raw("/favicon.svg")).headers["cache-control"]).toBe("no-cache");
  });

  test.each<[string, boolean]>([
    ["gzip, deflate, br", true],
    ["br;q=1.0, gzip;q=0.8", true],
    ["", false],
    ["identity", false],
    ["gzip;q=0, deflate", false],
  ])("accepting %j, is it compressed: %s", async (accepted, compressed) => {
    const { headers, body } = await raw("/assets/main-1a2b.js", { headers: { "Accept-Encoding": accepted } });
    expect(headers["content-encoding"]).toBe(compressed ? "gzip" : undefined);
    expect((compressed ? gunzipSync(body) : body).toString()).toBe(script);
    expect(headers.vary).toBe("accept-encoding");
  });

  test("HEAD has the headers alone", async () => {
    const { status, headers, body } = await raw("/", { method: "HEAD" });
    expect({ status, length: headers["content-length"], body: body.length }).toEqual({
      status: 200,
      length: String(page.length),
      body: 0,
    });
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])(
    "%s is refused, and told what is possible",
    async (method) => {
      const { status, headers } = await raw("/", { method });
      expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD" });
    },
  );

  test("a server without a dashboard serves programs alone", async () => {
    const bare = await TestServer.start();
    expect((await fetch(`${bare.url}/`)).status).toBe(404);
    expect((await fetch(`${bare.url}/health/ready`)).status).toBe(200);
    await bare.close();
  });
});

describe("signing in", () => {
  test("a body that is too large is refused in words", async () => {
    const body = JSON.stringify({ token: "x".repeat(1_000_000) });
    const response = await raw("/api/auth/sign-in/link", { method: "POST", headers: json, body });
    expect(response.status).toBe(413);
    expect(response.body.toString()).toMatch(/too large/);
  });

  test("so it is over HTTP/2", async () => {
    const session = connect(server.url);
    const stream = session.request({ ":method": "POST", ":path": "/api/auth/sign-in/link" });
    stream.on("error", () => undefined); // the server reads no further
    stream.end("x".repeat(1_000_000));
    const [headers] = await once(stream, "response");
    expect(headers[":status"]).toBe(413);
    session.destroy();
  });

  test("is never cached", async () => {
    expect((await raw("/api/auth/none")).headers["cache-control"]).toBe("no-store");
  });

  test("is throttled per peer: who tries and tries keeps nobody else out", async () => {
    const attempt = async (from: string) => {
      const response = await raw("/api/auth/sign-in/email", {
        method: "POST",
        headers: { ...json, Origin: server.url },
        body: JSON.stringify({ email: "ann@example.com", password: "wrong password" }),
        from,
      });
      return response.status;
    };
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push(await attempt("127.0.0.2"));
    expect(statuses).toContain(429);
    expect(await attempt("127.0.0.3")).toBe(401);
  });
});
