import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import http from "node:http";
import http2, { type ClientHttp2Session } from "node:http2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPort, type Port, type PortOptions } from "./port.ts";
import { frame, frameTypes, preface, RawClient, settings } from "./raw-client.ts";

const oneHour = 3_600_000;
const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, "Host: a", ...headers, "", ""].join("\r\n");

let port: Port;
let number: number;
let clients: Array<{ destroy(): unknown }>;
/** Requests that wait for their answer. */
let waiting: ServerResponse[];
let aborted: number;

beforeEach(async () => {
  clients = [];
  waiting = [];
  aborted = 0;
  await open();
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await expect.poll(() => openSockets()).toBe(0); // nothing leaks, whatever the client did
  await port.close(oneHour);
});

/** TCP connections of this process, at either end. */
const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

async function open(options?: PortOptions): Promise<void> {
  await port?.close(0);
  port = createPort(answer, options);
  number = await port.listen(0, "127.0.0.1");
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.on("close", () => {
    if (!response.writableEnded) aborted++;
  });
  if (request.url === "/wait") {
    waiting.push(response);
    return;
  }
  let size = 0;
  request.on("data", (chunk) => {
    size += chunk.length;
  });
  request.on("end", () => response.end(`${request.httpVersion} ${size}`));
}

async function raw(): Promise<RawClient> {
  const client = await RawClient.connect(number);
  clients.push(client.socket);
  return client;
}

async function h2(): Promise<ClientHttp2Session> {
  const session = http2.connect(`http://127.0.0.1:${number}`);
  session.on("error", () => undefined);
  clients.push(session);
  await once(session, "connect");
  return session;
}

async function ask(session: ClientHttp2Session, path = "/", body = ""): Promise<string> {
  const stream = session.request({ ":method": body ? "POST" : "GET", ":path": path });
  if (body) stream.end(body);
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk;
  return text;
}

describe("both protocols on one port", () => {
  test("HTTP/1.1 is answered, request after request on one connection", async () => {
    const client = await raw();
    for (const _ of [1, 2]) {
      client.send(get("/"));
      await client.says(/1\.1 0$/);
      client.received.fill(0);
    }
  });

  test("requests that come in one packet are all answered", async () => {
    const client = await raw();
    client.send(get("/") + get("/") + get("/", "Connection: close"));
    await client.closed();
    expect(client.text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  test("HTTP/2 is answered, many requests at once", async () => {
    const session = await h2();
    const body = "x".repeat(100_000);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(session, "/", body)));
    expect(new Set(answers)).toEqual(new Set(["2.0 100000"]));
  });

  test("both at the same time", async () => {
    const agent = new http.Agent({ keepAlive: true });
    clients.push(agent);
    const session = await h2();
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        if (i % 2) return ask(session);
        const [response] = await once(http.get({ port: number, host: "127.0.0.1", agent }), "response");
        let text = "";
        for await (const chunk of response) text += chunk;
        return text;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 ? "2.0 0" : "1.1 0")));
  });

  test("HTTP/1.1 byte by byte", async () => {
    const client = await raw();
    await client.sendByteByByte(Buffer.from(get("/")));
    await client.says(/1\.1 0$/);
  });

  test("HTTP/2 byte by byte", async () => {
    const client = await raw();
    await client.sendByteByByte(Buffer.concat([preface, settings]));
    await expect.poll(() => frameTypes(client.received)).toContain(4);
  });

  test("a method that begins like the preface is HTTP/1.1", async () => {
    const client = await raw();
    client.send(get("/").replace("GET", "PROPFIND"));
    await client.says(/1\.1 0$/);
  });
});

describe("a client that does not speak", () => {
  test.each<[string, Buffer]>([
    ["nothing at all", Buffer.alloc(0)],
    ["half of what decides the protocol", Buffer.from("PR")],
    ["a preface without settings", preface],
  ])("is cut off after %s", async (_what, bytes) => {
    await open({ silenceMs: 100 });
    const client = await raw();
    if (bytes.length > 0) client.send(bytes);
    await client.closed();
  });

  test("is cut off when a header never ends, however busily it is sent", async () => {
    await open({ headersMs: 200 });
    const client = await raw();
    client.send("GET / HTTP/1.1\r\n");
    const dribble = setInterval(() => client.send("X: y\r\n"), 20);
    await client.closed();
    clearInterval(dribble);
    expect(client.text).toMatch(/^HTTP\/1\.1 408/);
  });

  test("is left alone between two requests", async () => {
    await open({ silenceMs: 20, headersMs: 100 });
    const client = await raw();
    client.send(get("/"));
    await client.says(/1\.1 0$/);
    const later = await raw(); // is cut off after the time in which the first one would have been
    await later.closed();
    client.send(get("/wait"));
    await expect.poll(() => waiting.length).toBe(1);
  });
});

describe("a client that speaks nonsense", () => {
  test.each<[string, Buffer, RegExp]>([
    ["TLS", Buffer.from("16030100a5010000a10303", "hex"), /^HTTP\/1\.1 400 /],
    ["no words at all", Buffer.alloc(1000, 0xff), /^HTTP\/1\.1 400 /],
    ["a request line that is too long", Buffer.from(`GET /${"x".repeat(100_000)} HTTP/1.1\r\n`), /^HTTP\/1\.1 431 /],
    ["a preface that goes astray", Buffer.from("PRI and so on, and so on\r\n\r\n"), /^$|^(?!HTTP)/],
    ["a preface, then garbage", Buffer.concat([preface, Buffer.alloc(200, 0xff)]), /^(?!HTTP)/],
    [
      "settings, then a frame that is too large",
      Buffer.concat([preface, settings, Buffer.alloc(64, 0xee)]),
      /^(?!HTTP)/,
    ],
  ])("%s is refused and cut off", async (_what, bytes, expected) => {
    const client = await raw();
    client.send(bytes);
    await client.closed();
    expect(client.text).toMatch(expected);
    expect(await ask(await h2())).toBe("2.0 0");
  });
});

describe("a client that leaves", () => {
  test.each<[string, string]>([
    ["before it has said anything", ""],
    ["while the protocol is not decided", "P"],
    ["within a header", "GET / HTT"],
  ])("half closes %s", async (_what, bytes) => {
    const client = await raw();
    if (bytes) client.send(bytes);
    client.socket.end();
    await client.closed();
  });

  test("half closes after a request, and is answered", async () => {
    const client = await raw();
    client.socket.end(get("/"));
    await client.closed();
    expect(client.text).toMatch(/1\.1 0$/);
  });

  test("half closes an HTTP/2 session", async () => {
    const client = await raw();
    client.send(Buffer.concat([preface, settings]));
    await expect.poll(() => frameTypes(client.received)).toContain(4);
    client.socket.end();
    await client.closed();
  });

  test.each<[string, Buffer]>([
    ["before it has said anything", Buffer.alloc(0)],
    ["while the protocol is not decided", Buffer.from("PR")],
    ["within a header", Buffer.from("GET / HTT")],
    ["within a session", Buffer.concat([preface, settings])],
  ])("resets %s", async (_what, bytes) => {
    const client = await raw();
    if (bytes.length > 0) await new Promise((resolve) => client.socket.write(bytes, resolve));
    client.socket.resetAndDestroy();
    await client.closed();
  });

  test.each(["HTTP/1.1", "HTTP/2"])("vanishes while its request is worked on, over %s", async (protocol) => {
    if (protocol === "HTTP/2") {
      const session = await h2();
      session.request({ ":path": "/wait" }).on("error", () => undefined);
      await expect.poll(() => waiting.length).toBe(1);
      session.destroy();
    } else {
      const client = await raw();
      client.send(get("/wait"));
      await expect.poll(() => waiting.length).toBe(1);
      client.socket.resetAndDestroy();
    }
    await expect.poll(() => aborted).toBe(1);
    waiting[0]?.end("too late"); // harms nobody
  });
});

describe("pings", () => {
  test("notice a peer that no longer answers, and keep one that does", async () => {
    await open({ pingIntervalMs: 50, pingTimeoutMs: 2_000 });
    const [alive, frozen] = [await h2(), await raw()];
    let pings = 0;
    alive.on("ping", () => pings++);
    frozen.send(Buffer.concat([preface, settings, frame(4, 1)]));
    await frozen.closed();
    expect(frameTypes(frozen.received)).toContain(6);
    await expect.poll(() => pings).toBeGreaterThan(2);
    expect(await ask(alive)).toBe("2.0 0");
  });
});

describe("close", () => {
  test("ends connections that have nothing to do, waiting for nobody", async () => {
    const [silent, idle, session] = [await raw(), await raw(), await h2()];
    idle.send(get("/"));
    await idle.says(/1\.1 0$/);
    const goneAway = once(session, "goaway");
    await port.close(oneHour);
    await Promise.all([silent.closed(), idle.closed(), goneAway]);
  });

  test("lets requests end that are worked on", async () => {
    const [client, session] = [await raw(), await h2()];
    client.send(get("/wait"));
    const asked = ask(session, "/wait");
    await expect.poll(() => waiting.length).toBe(2);
    const closed = port.close(oneHour);
    for (const response of waiting) response.end("done");
    await Promise.all([closed, client.closed()]);
    expect(client.text).toMatch(/done/);
    expect(await asked).toBe("done");
  });

  test("cuts off those that have not gone after the grace", async () => {
    const [client, half, session] = [await raw(), await raw(), await h2()];
    client.send(get("/wait"));
    half.send("PR");
    const asked = ask(session, "/wait").catch(() => "cut off");
    await expect.poll(() => waiting.length).toBe(2);
    await port.close(50);
    await Promise.all([client.closed(), half.closed()]);
    expect(["", "cut off"]).toContain(await asked);
  });

  test("takes no new connections", async () => {
    await port.close(0);
    await expect(RawClient.connect(number)).rejects.toThrow(/ECONNREFUSED/);
  });
});

test("a port that is taken is an error", async () => {
  await expect(createPort(answer).listen(number, "127.0.0.1")).rejects.toThrow(/EADDRINUSE/);
});
