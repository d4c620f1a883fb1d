import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { TestProcess } from "./harness/process.ts";
import { attached, createPackage } from "./harness/program.ts";
import { TestServer } from "./harness/server.ts";

const program = `
import { Interval } from "@interval/sdk";
const interval = new Interval({ routes: { hello: async () => "Hello" } });
try {
  await interval.listen();
} catch (error) {
  console.log("REJECTED " + error.name + ": " + error.message);
  process.exit(3);
}
`;

async function host(env: Record<string, string>): Promise<TestProcess> {
  const cwd = await createPackage("listener", { "index.mjs": program });
  return new TestProcess(process.execPath, ["index.mjs"], { cwd, env: { ...process.env, ...env } });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

describe("listen()", () => {
  it("rejects on a wrong key and says what to do", async () => {
    await using server = await TestServer.start();
    await using listener = await host({ INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: "dev_wrong" });
    expect(await listener.ended).toBe(3);
    expect(listener.output).toMatch(/REJECTED .*INTERVAL_API_KEY.*interval key create/s);
  });

  it("retries an absent server, says so, and attaches when it comes", async () => {
    const port = String(await freePort());
    await using first = await TestServer.start({});
    const key = await first.developmentKey();
    await first.stop();
    await using listener = await host({ INTERVAL_ENDPOINT: `http://localhost:${port}`, INTERVAL_API_KEY: key });
    await listener.printed(/retry|again/i);
    await using _server = await first.startOn(port);
    await listener.printed(attached);
  });
});
