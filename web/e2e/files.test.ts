import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fromValue, limits, type RunState } from "@interval/proto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Operator } from "./harness/browser.ts";
import { Line } from "./harness/line.ts";
import { OperatorClient, openCall } from "./harness/operator-client.ts";
import { newDirectory } from "./harness/paths.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { createHash } from "node:crypto";
import { Interval, io } from "@interval/sdk";

async function digest(file) {
  const hash = createHash("sha256");
  for await (const chunk of await file.stream()) hash.update(chunk);
  return { ...file, hash: hash.digest("hex") };
}
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="red"/></svg>');

new Interval({
  routes: {
    one: async () => digest(await io.input.file("File")),
    several: async () => Promise.all((await io.input.file("Files", { allowedExtensions: ["txt"] }).multiple()).map((file) => file.text())),
    signed: async () => ({ url: await (await io.input.file("File")).url() }),
    picture: async () => {
      const renderCell = () => ({ label: "A square", image: { buffer: svg, alt: "A red square" } });
      await io.display.table("Pictures", { data: [{ id: 1 }], columns: [{ label: "Picture", renderCell }] });
      await io.input.text("Seen");
    },
    own: async () => {
      const at = process.env.STORAGE + "/";
      const generatePresignedUrls = ({ name }) => ({ uploadUrl: at + name + "?put", downloadUrl: at + name });
      return { text: await (await io.input.file("File", { generatePresignedUrls })).text() };
    },
  },
}).listen();
`;

const bytes = randomBytes(40_000_000);
const sha = createHash("sha256").update(bytes).digest("hex");

let stage: Stage;
let storage: Server;
let client: OperatorClient;
let largeFile: string;

beforeAll(async () => {
  largeFile = join(await newDirectory("files"), "large.bin");
  await writeFile(largeFile, bytes);
  storage = await startStorage();
  stage = await Stage.open({ INSECURE_UPLOADS: "1" });
  const STORAGE = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
  await stage.program("files", program, { STORAGE });
  client = stage.client;
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  storage?.close();
});

/** Storage as a program may have of its own. */
async function startStorage(): Promise<Server> {
  const kept = new Map<string, Buffer>();
  const started = createServer(async (request, response) => {
    const path = request.url?.replace(/\?.*/, "") ?? "";
    if (request.method === "PUT") kept.set(path, Buffer.concat(await request.toArray()));
    response.end(kept.get(path));
  });
  started.listen(0, "127.0.0.1");
  await once(started, "listening");
  return started;
}

async function open(page: Page, url: string, action: string): Promise<void> {
  await page.goto(`${url}/main/development/actions/${action}`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

async function submit(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Continue" }).click();
}

function resultOf(state: RunState): unknown {
  const outcome = state.finished?.outcome;
  return outcome?.case === "success" ? fromValue(outcome.value.result) : outcome;
}

describe("in the browser", () => {
  it("a large file reaches the action as it is", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await open(page, stage.server.url, "one");
    await page.locator("input[type=file]").setInputFiles(largeFile);
    await page.getByRole("link", { name: "large.bin" }).waitFor();
    expect(await operator.axe()).toEqual([]);
    await submit(page);
    await page.getByText(sha).waitFor();
    await page.getByText("application/octet-stream").waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("an upload goes on after the line broke, twice, and sends little again", async () => {
    await using line = await Line.to(stage.server.url);
    await using operator = await Operator.open(await stage.browser(), line.url);
    const { page } = operator;
    await page.goto((await stage.server.signInLink()).replace(stage.server.url, line.url));
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await open(page, line.url, "one");
    await page.locator("input[type=file]").waitFor({ state: "attached" });
    const before = line.sent;
    line.breakAfter(18_000_000);
    await page.locator("input[type=file]").setInputFiles(largeFile);
    await expect.poll(() => line.breaks).toBe(1);
    line.breakAfter(18_000_000);
    await page.getByRole("link", { name: "large.bin" }).waitFor({ timeout: 60_000 });
    expect(line.breaks).toBe(2);
    // Chromium repeats a request by itself when a kept-alive connection breaks: a chunk for each break, and what was on its way.
    // From the start each time, 76 MB would be sent.
    expect(line.sent - before).toBeLessThan(bytes.length + 3 * limits.uploadChunkBytes);
    await submit(page);
    await page.getByText(sha).waitFor();
  });

  it("several files go at once, and one that does not fit must go before the answer is taken", async () => {
    await using operator = await stage.signIn({ viewport: { width: 390, height: 900 } });
    const { page } = operator;
    await open(page, stage.server.url, "several");
    const file = (name: string, text: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    const files = [file("a.txt", "first"), file("b.exe", "no"), file("c.txt", "second")];
    await page.locator("input[type=file]").setInputFiles(files);
    await page.getByText("Choose a file that ends with .txt.", { exact: true }).waitFor();
    await page.getByRole("link", { name: "c.txt" }).waitFor();
    await submit(page);
    expect(await operator.axe()).toEqual([]);
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Remove b.exe" }).press("Enter");
    await submit(page);
    await page.getByText("first").waitFor();
    await page.getByText("second").waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("a file goes to the program's own storage through the server, since the page may reach nobody else", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await open(page, stage.server.url, "own");
    const buffer = Buffer.from("kept elsewhere");
    await page.locator("input[type=file]").setInputFiles({ name: "own.txt", mimeType: "text/plain", buffer });
    await page.getByRole("status").getByText("own.txt uploaded").waitFor({ state: "attached" });
    await submit(page);
    await page.getByText("kept elsewhere").waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("a picture of the program's own bytes is shown", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await open(page, stage.server.url, "picture");
    const picture = page.getByAltText("A red square");
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(40);
    expect(operator.complaints).toEqual([]);
  });

  it("a page that somebody uploaded is saved, never opened", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await open(page, stage.server.url, "one");
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'/stolen\')"><script>fetch("/stolen")</script></svg>';
    for (const [name, mimeType] of [
      ["a.svg", "image/svg+xml"],
      ["a.html", "text/html"],
    ] as const) {
      await page.locator("input[type=file]").setInputFiles({ name, mimeType, buffer: Buffer.from(svg) });
      const address = await page.getByRole("link", { name }).getAttribute("href");
      const tab = await operator.newTab();
      const download = tab.waitForEvent("download");
      await tab.goto(stage.server.url + address).catch(() => undefined); // it never gets there
      expect((await download).suggestedFilename()).toBe(name);
      expect(tab.url()).toBe("about:blank");
      await tab.close();
    }
    expect(operator.complaints).toEqual([]);
  });
});

describe("a program that operates", () => {
  const answer = (state: RunState, assetId: string) => {
    const key = openCall(state).call?.components[0]?.key ?? "";
    const files = [{ assetId, name: "claimed.exe", size: 1n }];
    return { values: { [key]: { kind: { case: "inputFile" as const, value: { files } } } } };
  };

  it("gives a file, of which the server's record counts", async () => {
    const state = await client.start("one");
    const assetId = await client.upload(state, "data.csv", "text/csv", bytes.subarray(0, 1000));
    const done = await client.answer(state, answer(state, assetId));
    expect(resultOf(done)).toEqual({
      name: "data.csv",
      type: "text/csv",
      size: 1000,
      lastModified: 0,
      extension: "csv",
      hash: createHash("sha256").update(bytes.subarray(0, 1000)).digest("hex"),
    });
  });

  it("cannot give a file of another run", async () => {
    const [state, other] = [await client.start("one"), await client.start("one")];
    const assetId = await client.upload(other, "data.csv", "text/csv", bytes.subarray(0, 10));
    await expect(client.answer(state, answer(state, assetId))).rejects.toThrow("This file was not uploaded here");
  });

  it("reads a part of it, and others nothing", async () => {
    const state = await client.start("one");
    const assetId = await client.upload(state, "data.csv", "text/csv", bytes.subarray(0, 1000));
    const part = await client.asset(assetId, { headers: { range: "bytes=10-19" } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, bytes.subarray(10, 20)]);
    const stranger = new OperatorClient(stage.server.url, await stage.server.programKey("production"));
    expect((await stranger.asset(assetId)).status).toBe(404);
    expect((await fetch(`${stage.server.url}/assets/${assetId}`)).status).toBe(404);
  });

  it("gets an address that everybody can read for a while", async () => {
    const state = await client.start("signed");
    const assetId = await client.upload(state, "a.txt", "text/plain", new Uint8Array(Buffer.from("signed")));
    const result = resultOf(await client.answer(state, answer(state, assetId))) as { url: string };
    expect(await (await fetch(result.url)).text()).toBe("signed");
  });
});

it("the bytes lie in the data directory, and no half of one is left", async () => {
  const names = await readdir(join(stage.server.dataDir, "assets"), { recursive: true });
  expect(names.filter((name) => name.includes("asset_")).length).toBeGreaterThan(5);
  expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
});
