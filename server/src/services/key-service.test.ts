import { Code, ConnectError } from "@connectrpc/connect";
import { limits, Role } from "@interval/proto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestServer } from "../testing/test-server.ts";

const development = { organization: "main", environment: "development" };

let server: TestServer;
let ann: Awaited<ReturnType<TestServer["person"]>>;
let bob: Awaited<ReturnType<TestServer["person"]>>;
beforeAll(async () => {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 500 } });
  ann = await server.person("ann", Role.DEVELOPER);
  bob = await server.person("bob", Role.DEVELOPER);
});
afterAll(() => server.close());

const codeOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => Code[ConnectError.from(error).code]);

test("a developer makes a key, attaches a host with it, and revokes it", async () => {
  const { keys } = ann.operator;
  const { secret, key } = await keys.createKey({ ...development, label: "  My laptop " });
  expect(secret).toMatch(/^dev_[0-9A-Za-z]{43}$/);
  expect(key).toMatchObject({ prefix: secret.slice(0, 12), label: "My laptop" });
  expect(key?.lastUseTime).toBeUndefined();
  const host = await server.host(secret);
  expect(host.welcome).toMatchObject(development);
  const [listed] = (await keys.listKeys(development)).keys;
  expect(listed).toMatchObject({ id: key?.id, label: "My laptop", lastUseTime: expect.anything() });

  const keyId = key?.id ?? "";
  expect(await codeOf(bob.operator.keys.revokeKey({ keyId }))).toBe("NotFound");
  await keys.revokeKey({ keyId });
  await keys.revokeKey({ keyId }); // repeated
  expect((await keys.listKeys(development)).keys).toEqual([]);
  await host.frames.whenEnded();
  const attaching = () =>
    server.host(secret).then(async (again) => {
      await again.drop();
      return "attached";
    }, String);
  await expect.poll(attaching).toMatch(/revoked/);
});

test("nobody sees the keys of others", async () => {
  await bob.operator.keys.createKey({ ...development, label: "Bob's" });
  expect((await ann.operator.keys.listKeys(development)).keys).toEqual([]);
});

test("a request that is repeated leaves one key behind, and its text is the one that came last", async () => {
  const wanted = { ...development, label: "again", requestId: "one" };
  const first = await ann.operator.keys.createKey(wanted);
  const again = await ann.operator.keys.createKey(wanted);
  expect((await ann.operator.keys.listKeys(development)).keys).toEqual([again.key]);
  await expect(server.host(first.secret)).rejects.toThrow(/unknown/);
  await (await server.host(again.secret)).drop();
});

test("shared environments, long labels and very many keys are refused with what to do", async () => {
  const { keys } = ann.operator;
  const production = { ...development, environment: "production" };
  await expect(keys.createKey(production)).rejects.toThrow(/interval key create --environment production/);
  await expect(keys.listKeys(production)).rejects.toThrow(/shared/);
  await expect(keys.createKey({ ...development, label: "x".repeat(101) })).rejects.toThrow(/101 characters/);
  const { id: userId } = await server.person("eve", Role.DEVELOPER);
  const eve = server.program((await server.key("development", { userId })).key);
  expect(await codeOf(eve.keys.createKey(development))).toBe("PermissionDenied");
  const { operator: kim } = await server.person("kim", Role.DEVELOPER);
  for (let made = 0; made < limits.personalKeys; made++) await kim.keys.createKey(development);
  await expect(kim.keys.createKey(development)).rejects.toThrow(/Revoke/);
});
