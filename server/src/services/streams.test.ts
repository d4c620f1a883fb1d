import { Code } from "@connectrpc/connect";
import { Role } from "@interval/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start({ timing: { heartbeatTimeoutMs: 1_000, heartbeatIntervalMs: 200 } });
});
afterEach(() => server.close());

const topic = { case: "runList", value: { organization: "main", environment: "production" } } as const;

test("a key that is revoked ends the streams that were opened with it, and opens no others", async () => {
  const [revoked, other] = [await server.key(), await server.key()];
  const programs = [
    await server.key("production", { kind: "program" }),
    await server.key("production", { kind: "program" }),
  ];
  const [host, attached] = [
    await server.host(revoked.key),
    await server.host(other.key, { hello: { instanceId: "other" } }),
  ];
  const [viewer, stays] = await Promise.all(programs.map(({ key }) => server.program(key).watch()));
  if (!viewer || !stays) throw new Error("There are two programs.");
  await server.store.keys.revokeKey(revoked.record.id);
  await server.store.keys.revokeKey(programs[0]?.record.id ?? "");
  await Promise.all([host.frames.whenEnded(), viewer.updates.whenEnded()]);
  expect([stays.updates.ended, attached.frames.ended]).toEqual([false, false]);
  await expect(server.host(revoked.key)).rejects.toMatchObject({ code: Code.Unauthenticated });
});

test("a person whose role changes opens their stream anew, with the rights that they have by then", async () => {
  const ann = await server.person("ann", Role.ADMIN);
  const viewer = await ann.operator.watch();
  await viewer.subscribe(topic);
  const { id: organizationId } = await server.organization("main");
  await server.store.people.setMember({ organizationId, userId: ann.id, role: Role.MEMBER });
  await viewer.updates.whenEnded();
  await (await ann.operator.watch()).subscribe(topic);
});

test("a person who signs out sees no more", async () => {
  const ann = await server.person("ann", Role.MEMBER);
  const viewer = await ann.operator.watch();
  const headers = { ...ann.headers, "content-type": "application/json", origin: server.url };
  const response = await fetch(`${server.url}/api/auth/sign-out`, { method: "POST", body: "{}", headers });
  expect(response.status).toBe(200);
  await viewer.updates.whenEnded();
  await expect(ann.operator.watch()).rejects.toMatchObject({ code: Code.Unauthenticated });
});
