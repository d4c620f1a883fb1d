import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("a server goes on after a rejection that nobody awaits, and stops gently after an exception", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "interval-policy-"));
  const file = fileURLToPath(new URL("../testing/failing-process.ts", import.meta.url));
  const env = {
    ...process.env,
    PORT: "0",
    INTERVAL_HOST: "127.0.0.1",
    INTERVAL_DATA_DIR: dataDir,
    INTERVAL_LOG: "info",
  };
  const child = fork(file, {
    env,
    execArgv: ["--conditions=@interval/source", "--experimental-transform-types"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let log = "";
  child.stderr?.on("data", (chunk) => (log += chunk));
  const [url] = await once(child, "message");

  child.send("reject");
  await expect.poll(() => log, { timeout: 5_000 }).toMatch(/Nobody awaits this.*failing-process.*the server goes on/);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);

  child.send("throw");
  const [code] = await once(child, "exit");
  expect(code).toBe(1);
  expect(log).toMatch(/Nobody catches this.*failing-process.*the server stops/);
  expect(log).toMatch(/the server has stopped/); // its store was closed
  await rm(dataDir, { recursive: true });
});
