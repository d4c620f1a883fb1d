// The two ways in which a file goes up: by a script that sends chunks, and by a person in Chromium, over a line that breaks in the middle.
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { fromValue, limits } from "@interval/proto";
import { Operator, startBrowser } from "../../web/e2e/harness/browser.ts";
import { Line } from "../../web/e2e/harness/line.ts";
import { OperatorClient } from "../../web/e2e/harness/operator-client.ts";
import { commandOf, descendants, Memory } from "./memory.js";

/**
 * Sends the chunks of a file and answers with it.
 * @returns what the action returned, and how long the upload took
 */
export async function byScript(server, key, { path, size }) {
  const client = new OperatorClient(server.url, key);
  const state = await client.start("upload");
  const { call } = state.calls[0];
  const componentKey = call.components[0].key;
  const purpose = { case: "answer", value: { callKey: call.key, componentKey } };
  const request = { runId: state.run.id, purpose, name: basename(path), size: BigInt(size), requestId: randomUUID() };
  const { assetId } = await client.files.beginUpload(request);
  const began = performance.now();
  const file = await open(path);
  const chunk = Buffer.alloc(limits.uploadChunkBytes);
  for (let offset = 0; offset < size; offset += chunk.length) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
    const headers = { "upload-offset": String(offset) };
    const response = await client.asset(assetId, { method: "PATCH", headers, body: chunk.subarray(0, bytesRead) });
    if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`);
  }
  await file.close();
  const uploadMs = performance.now() - began;
  const answer = { values: { [componentKey]: { kind: { case: "inputFile", value: { files: [{ assetId }] } } } } };
  await client.answer(state, answer);
  return { uploadMs, result: await resultOf(client, state.run.id) };
}

/**
 * Chooses a file in Chromium, whose line to the server breaks half way, and submits it.
 * @returns what the action returned, how long the upload took, how many bytes were sent again, and the memory of the browser
 */
export async function byBrowser(server, key, { path, size }) {
  const client = new OperatorClient(server.url, key);
  const browser = await startBrowser();
  try {
    await using line = await Line.to(server.url);
    await using operator = await Operator.open(browser, line.url);
    const { page } = operator;
    await page.goto((await server.signInLink()).replace(server.url, line.url));
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await page.goto(`${line.url}/main/development/actions/upload`);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForURL(/\/runs\//);
    const input = page.locator("input[type=file]");
    await input.waitFor({ state: "attached" });

    const memory = new Memory(() => descendants(process.pid).filter((pid) => commandOf(pid).includes("chrom")));
    const before = line.sent;
    line.breakAfter(size / 2);
    const began = performance.now();
    await input.setInputFiles(path);
    await page.getByRole("link", { name: basename(path) }).waitFor({ timeout: 600_000 });
    const uploadMs = performance.now() - began;
    const sentAgain = line.sent - before - size;
    if (line.breaks !== 1) throw new Error(`The line has broken ${line.breaks} times, not once.`);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Completed", { exact: true }).first().waitFor({ timeout: 600_000 });
    const result = await resultOf(client, new URL(page.url()).pathname.split("/").at(-1));
    await page.getByText(result.sha256).waitFor();
    return { uploadMs, result, sentAgain, browser: memory.stop() };
  } finally {
    await browser.close();
  }
}

async function resultOf(client, runId) {
  const { finished } = await client.settle(runId);
  if (finished?.outcome.case !== "success") throw new Error(JSON.stringify(finished?.outcome.value));
  return fromValue(finished.outcome.value.result);
}
