import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSecret } from "../auth/secret-file.ts";
import { SignedAddresses } from "../domain/assets/addresses.ts";
import { actorId } from "../domain/runs/decide.ts";
import { AssetServer, type Someone } from "../testing/asset-server.ts";

/** Storage of a program's own. */
let storage: Server;
let storageUrl: string;
const put: Array<{ path: string | undefined; type: string | undefined; body: Buffer }> = [];
const bytes = randomBytes(500_000);

beforeAll(async () => {
  storage = createServer(async (request: IncomingMessage, response) => {
    if (request.url?.startsWith("/re")) request.resume();
    if (request.url === "/redirect") return response.writeHead(307, { location: "/elsewhere" }).end();
    if (request.url === "/refuse") return response.writeHead(403).end();
    if (request.url === "/hang-up") return request.destroy();
    const body = Buffer.concat(await request.toArray());
    put.push({ path: request.url, type: request.headers["content-type"], body });
    response.end();
  });
  storage.listen(0, "127.0.0.1");
  await once(storage, "listening");
  storageUrl = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
});
afterAll(() => storage.close());

async function open(env: Record<string, string>) {
  const server = await AssetServer.start(env);
  const ada = await server.person("ada");
  const runId = await server.run(ada);
  const addresses = new SignedAddresses(readSecret(server.server.dataDir), server.url);
  const path = (to: string, by = ada) => addresses.relay({ runId, by: actorId(by.actor), to });
  const send = async (address: string, by: Someone | null = ada, init: RequestInit = {}) => {
    const headers = { ...by?.headers, "content-type": "image/png", origin: server.url };
    const response = await fetch(server.url + address, { method: "PUT", body: bytes, headers, ...init });
    return [response.status, await response.text()] as const;
  };
  return { server, ada, path, send };
}

describe("with private networks allowed", () => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open({ INSECURE_UPLOADS: "1" });
  });
  afterAll(() => opened.server.close());

  test("bytes arrive where the program wants them", async () => {
    expect((await opened.send(opened.path(`${storageUrl}/a?signature=1`)))[0]).toBe(204);
    const [last] = put.slice(-1);
    expect([last?.path, last?.type, last?.body.equals(bytes)]).toEqual(["/a?signature=1", "image/png", true]);
  });

  test("a storage that refuses, redirects or hangs up is a clear error, and no redirect is followed", async () => {
    const before = put.length;
    expect(await opened.send(opened.path(`${storageUrl}/refuse`))).toEqual([502, expect.stringContaining("403")]);
    expect(await opened.send(opened.path(`${storageUrl}/redirect`))).toEqual([502, expect.stringContaining("307")]);
    expect(await opened.send(opened.path(`${storageUrl}/hang-up`))).toEqual([502, expect.stringContaining("reached")]);
    expect(await opened.send(opened.path("http://127.0.0.1:1/"))).toEqual([502, expect.stringContaining("reached")]);
    expect(put).toHaveLength(before);
  });

  test("only an address that this server has signed for this very person is good", async () => {
    const { send, path, server } = opened;
    const before = put.length;
    const bob = await server.person("bob");
    const signed = path(`${storageUrl}/a`);
    const forged = signed.replace(/to=[^&]+/, `to=${encodeURIComponent(`${storageUrl}/b`)}`);
    expect(forged).not.toBe(signed);
    for (const [address, by] of [
      [forged, opened.ada],
      [`/assets/relay?to=${encodeURIComponent(storageUrl)}`, opened.ada],
      [signed, bob],
      [path(`${storageUrl}/a`, bob), bob],
      [signed, null],
    ] as const) {
      expect((await send(address, by))[0]).toBe(404);
    }
    const evil = { headers: { ...opened.ada.headers, origin: "https://evil.example.com" } };
    expect((await send(signed, opened.ada, evil))[0]).toBe(403);
    expect((await send(signed, opened.ada, { method: "POST" }))[0]).toBe(405);
    expect(put).toHaveLength(before);
  });
});

test("by default nothing goes to private networks or without TLS", async () => {
  const { server, path, send } = await open({});
  const before = put.length;
  expect(await send(path(`${storageUrl}/a`))).toEqual([400, expect.stringContaining("not https")]);
  for (const host of [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "169.254.169.254",
    "0x7f.1",
    "10.0.0.1",
  ]) {
    expect(await send(path(`https://${host}:1/`))).toEqual([400, expect.stringContaining("private network")]);
  }
  expect(await send(path("file:///etc/passwd"))).toEqual([400, expect.stringContaining("not https")]);
  expect(put).toHaveLength(before);
  await server.close();
});
