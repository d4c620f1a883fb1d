import { randomUUID } from "node:crypto";
import { ConnectError } from "@connectrpc/connect";
import { AnswerRefusalSchema, fromValue, type RunState, RunStatus } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Clock } from "./harness/clock.ts";
import { type OperatorClient, openCall, runId } from "./harness/operator-client.ts";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

/** Asks twice, durable or not; and for a file. */
const program = (name: string, durable: boolean) => `
import { Interval, io } from "@interval/sdk";
const twice = async () => (await io.input.text("First")) + " " + (await io.input.text("Second"));
new Interval({
  routes: {
    ${name}: { durable: ${durable}, handler: twice },
    ${name}File: async () => (await io.input.file("File")).text(),
  },
}).listen();
`;

let clock: Clock;
let stage: Stage;
let client: OperatorClient;
let host: TestProcess;
let durableHost: TestProcess;

const startDurableHost = () => stage.program("durable", program("lasting", true), clock.env);

beforeEach(async () => {
  clock = await Clock.start();
  stage = await Stage.open({ ...clock.env, INTERVAL_TIMING: "cleanUpMs=200" });
  host = await stage.program("plain", program("plain", false), clock.env);
  durableHost = await startDurableHost();
  client = stage.client;
});
afterEach(() => stage?.[Symbol.asyncDispose]());

const text = (label: string, value: string) =>
  ({ values: { [`inputText:${label}`]: { kind: { case: "inputText", value: { text: value } } } } }) as const;
const file = (assetId: string) => ({
  values: { "inputFile:File": { kind: { case: "inputFile" as const, value: { files: [{ assetId }] } } } },
});

/** Starts a run, answers its first question, and returns it with the second. */
async function asked(action: string): Promise<RunState> {
  return client.answer(await client.start(action), text("First", "one"));
}

function resultOf({ finished }: RunState): unknown {
  return finished?.outcome.case === "success" ? fromValue(finished.outcome.value.result) : finished?.outcome;
}

/** Whether a run is kept. */
async function isKept(state: RunState): Promise<boolean> {
  const { runs } = await client.runs.listRuns({ organization: "main", environment: "development", pageSize: 200 });
  return runs.some(({ id }) => id === runId(state));
}

/** Waits until the server has cleaned up what ended long before. */
async function cleanedUp(old: RunState): Promise<void> {
  await expect.poll(() => isKept(old)).toBe(false);
}

describe("runs that wait while the clock goes 90 days ahead", () => {
  it("under a running server: they are answered by who signs in anew, with what was typed, and kept from their end on", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await stage.run(page, "plain");
    await page.getByLabel("First", { exact: true }).fill("one");
    await page.keyboard.press("Control+Enter");
    await page.getByLabel("Second", { exact: true }).fill("two, typed before");
    const { pathname } = new URL(page.url());

    const old = await client.answer(await asked("plain"), text("Second", "two"));
    const [waiting, left, lasting] = [await asked("plain"), await asked("plain"), await asked("lasting")];
    const upload = await client.start("plainFile");
    const forgotten = await client.upload(upload, "a.txt", "text/plain", new TextEncoder().encode("before"));
    const requestId = randomUUID();
    const started = await client.runs.startRun({ action: "plain", requestId });

    await clock.setAhead(90.5);
    await cleanedUp(old);

    await page.waitForURL((url) => url.pathname === "/sign-in");
    const link = new URL(await stage.server.signInLink());
    await page.evaluate((hash) => location.replace(hash), link.hash); // pasted into this tab
    await page.waitForURL((url) => url.pathname === pathname);
    const second = page.getByLabel("Second", { exact: true });
    await expect.poll(() => second.isEnabled()).toBe(true);
    expect(await second.inputValue()).toBe("two, typed before");
    await second.press("Control+Enter");
    expect(await stage.resultOf(page)).toBe("one two, typed before");

    const answered = await client.answer(waiting, text("Second", "two"));
    expect(resultOf(answered)).toBe("one two");
    expect(await client.runs.startRun({ action: "plain", requestId })).toMatchObject({
      state: { run: { id: started.state?.run?.id } },
    });

    // An upload that nobody submits is kept for a day: the form says so, and takes the file anew.
    const refused = await client.answer(upload, file(forgotten)).catch(ConnectError.from);
    const errors = refused instanceof ConnectError ? refused.findDetails(AnswerRefusalSchema)[0]?.errors : [];
    expect(errors).toMatchObject([{ text: expect.stringContaining("Choose it again.") }]);
    const anew = await client.upload(upload, "a.txt", "text/plain", new TextEncoder().encode("after"));
    expect(resultOf(await client.answer(upload, file(anew)))).toBe("after");

    // What began on the first day is kept from its end on.
    await clock.setAhead(91.5);
    const later = await client.answer(lasting, text("Second", "two"));
    expect(resultOf(later)).toBe("one two");
    await clock.setAhead(181);
    await cleanedUp(answered);
    expect(await isKept(later)).toBe(true);
    expect(resultOf(await client.answer(left, text("Second", "late")))).toBe("one late");
    expect([host.child.exitCode, durableHost.child.exitCode]).toEqual([null, null]);
  });

  it("while the server is off: they are answered in the process that asked, and a durable one also in another", async () => {
    const old = await client.answer(await asked("plain"), text("Second", "two"));
    const [waiting, lasting] = [await asked("plain"), await asked("lasting")];
    await using operator = await stage.signIn();
    const { page } = operator;
    await page.goto(stage.address(`runs/${runId(waiting)}`));
    await page.getByLabel("Second", { exact: true }).waitFor();

    await stage.server.stop();
    durableHost.child.kill("SIGKILL");
    await durableHost.ended;
    await clock.setAhead(90.5);
    await stage.server.restart();
    await startDurableHost();
    await cleanedUp(old);

    await page.waitForURL((url) => url.pathname === "/sign-in");
    await expect.poll(async () => (await client.settle(runId(lasting))).epoch).toBe(2);
    const again = await client.settle(runId(lasting));
    expect(openCall(again).call?.key).toBe("inputText:Second");
    expect(resultOf(await client.answer(again, text("Second", "two")))).toBe("one two");
    const resumed = await client.settle(runId(waiting));
    expect(resumed.run?.status).toBe(RunStatus.AWAITING_INPUT);
    expect(resultOf(await client.answer(resumed, text("Second", "two")))).toBe("one two");
    expect(host.child.exitCode).toBe(null);
  });
});
