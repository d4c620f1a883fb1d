import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newDirectory, root } from "./harness/paths.ts";
import { TestProcess } from "./harness/process.ts";

/** The ids of a process and all that it has started. */
async function family(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const below = await Promise.all(
    children
      .split(" ")
      .filter(Boolean)
      .map((child) => family(Number(child))),
  );
  return [pid, ...below.flat()];
}

async function alive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status !== "" && !/\) Z /.test(status);
}

it("npm start brings the dashboard up with both examples, and Ctrl-C leaves no process behind", async () => {
  const dataDir = await newDirectory("start");
  const env = { ...process.env, PORT: "0", INTERVAL_DATA_DIR: dataDir };
  const began = performance.now();
  await using start = new TestProcess("npm", ["start", "--", "--print-link"], { cwd: root, env });
  const [url = ""] = await start.printed(/http:\/\/localhost:\d+/);
  await start.printed(/sign-in#token=/);
  await start.printed(/\[hello\] .*\/main\/development/);
  await start.printed(/\[refunds\] .*\/main\/development/);
  const seconds = (performance.now() - began) / 1000;
  expect(seconds, "started again, everything being built").toBeLessThan(15);

  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(await (await fetch(url)).text()).toContain("<title>Interval</title>");
  expect(await readdir(dataDir)).toContain("development.key");
  expect((await stat(join(dataDir, "development.key"))).mode & 0o777).toBe(0o600);

  const pid = start.child.pid ?? 0;
  const pids = await family(pid);
  expect(pids.length).toBeGreaterThanOrEqual(4);
  process.kill(-pid, "SIGINT"); // what a terminal does on Ctrl-C
  await start.ended;
  await expect.poll(async () => (await Promise.all(pids.map(alive))).filter(Boolean), { timeout: 10_000 }).toEqual([]);
});
