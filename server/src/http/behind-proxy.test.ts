// A server behind a proxy that ends TLS, which is what is at the other end of every connection.
import { request as send } from "node:http";
import { Role } from "@interval/proto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ env: { TRUSTED_PROXIES: "127.0.0.1/32" } });
});
afterAll(() => server.close());

/** Asks as a proxy at an address does, or as somebody else who says the same. */
async function ask(
  path: string,
  body: object | undefined,
  headers: Record<string, string>,
  localAddress = "127.0.0.1",
) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const all = { ...(body && { "content-type": "application/json", origin: server.url }), ...headers };
    const options = { method: body ? "POST" : "GET", headers: all, localAddress, agent: false };
    const request = send(`${server.url.replace("localhost", "127.0.0.1")}${path}`, options, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.on("error", reject).end(body && JSON.stringify(body));
  });
}

const attempt = async (client: string, from?: string) =>
  (
    await ask(
      "/api/auth/sign-in/email",
      { email: "ann@example.com", password: "wrong password" },
      { "x-forwarded-for": client },
      from,
    )
  ).status;

test("who tries and tries behind a proxy keeps nobody else behind it out", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push(await attempt("203.0.113.1"));
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect(await attempt("203.0.113.2")).toBe(401);
});

test("who is no proxy counts by their own address, whatever they say", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push(await attempt(`198.51.100.${i}`, "127.0.0.2"));
  expect(statuses.at(-1)).toBe(429);
});

test("over https, and only then, browsers are told to stay there, and cookies are for https alone", async () => {
  const https = { "x-forwarded-proto": "https" };
  expect((await ask("/", undefined, https)).headers["strict-transport-security"]).toMatch(/max-age=\d{8}/);
  expect((await ask("/", undefined, {})).headers["strict-transport-security"]).toBeUndefined();
  expect((await ask("/", undefined, https, "127.0.0.2")).headers["strict-transport-security"]).toBeUndefined();
  const token = async (name: string) => {
    const { id } = await server.person(name, Role.MEMBER);
    return { token: (await server.signInLink(id)).split("=")[1] ?? "" };
  };
  const secure = await ask("/api/auth/sign-in/link", await token("ann"), https);
  expect(String(secure.headers["set-cookie"])).toMatch(/HttpOnly.*; Secure/);
  const plain = await ask("/api/auth/sign-in/link", await token("bob"), {});
  expect(String(plain.headers["set-cookie"])).not.toMatch(/Secure/);
});

test("a server whose address is https says so by itself", async () => {
  const behind = await TestServer.start({ env: { INTERVAL_URL: "https://tools.example.com", PORT: "0" } });
  const response = await fetch(`http://127.0.0.1:${behind.running.port}/health/live`);
  expect(response.headers.get("strict-transport-security")).toMatch(/max-age/);
  await behind.close();
});
