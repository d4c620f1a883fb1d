import { RunStatus } from "@interval/proto";
import { expect, test } from "vitest";
import { logs, success } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

test("a run that logs too much goes on, and is told how many lines were left out; so does its host", async () => {
  const server = await TestServer.start({ env: { LOG_QUOTA_RUN: "1000", LOG_BURST_RUN: "1MiB" } });
  const { key } = await server.key();
  const host = await server.host(key);
  const program = server.program(key);
  const runId = await program.start();
  await host.next("startRun", runId);
  for (let i = 0; i < 50; i++) host.say(runId, logs(`${i} ${"x".repeat(90)}`));
  host.say(runId, success);
  await host.acknowledged(runId);
  const lines = (await program.lines(runId)).map(([text]) => String(text));
  const kept = lines.filter((line) => /^\d+ x/.test(line)).length;
  expect(kept).toBeGreaterThan(5);
  expect(kept).toBeLessThan(11);
  expect(lines.slice(kept)).toEqual([
    "The lines from here on are left out: a run may log 1,000 bytes (LOG_QUOTA_RUN).",
    `${50 - kept} lines were left out: a run may log 1,000 bytes (LOG_QUOTA_RUN).`,
  ]);
  expect((await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
  const next = await program.start();
  await host.next("startRun", next);
  await server.close();
});

test("no more hosts attach to an environment than it may have; one that comes back is one of them", async () => {
  const server = await TestServer.start({ env: { MAX_HOSTS: "2" } });
  const { key } = await server.key();
  const [one] = [await server.host(key), await server.host(key)];
  await expect(server.host(key)).rejects.toThrow(/2 hosts are attached to "production".*MAX_HOSTS.*Stop one/);
  await server.host(key, { hello: { instanceId: one.instanceId } });
  await server.close();
});
