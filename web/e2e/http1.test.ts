// Hosts behind proxies that speak HTTP/1.1 alone.
import { fromValue, RunStatus } from "@interval/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Http1Proxy, type OnHttp2 } from "./harness/http1-proxy.ts";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { ctx, Interval, io } from "@interval/sdk";
new Interval({
  endpoint: process.env.PROXY,
  routes: {
    hello: async () => {
      const name = await io.input.text("Your name");
      return "Hello, " + name;
    },
    lines: async () => {
      const names = [];
      for (const label of ["First", "Second", "Third"]) {
        names.push(await io.input.text(label));
        for (let i = 0; i < 50; i++) await ctx.log(label + " " + i);
      }
      return names.join(", ");
    },
    large: async () => {
      const file = await io.input.file("Report");
      return { name: file.name, length: (await file.text()).length, text: "x".repeat(400_000) };
    },
  },
}).listen();
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** A host behind a proxy of its own. It ends with the test. */
async function behind(onHttp2: OnHttp2) {
  await using started = new AsyncDisposableStack();
  const proxy = started.use(await Http1Proxy.to(stage.server.url, onHttp2));
  const host = started.use(await stage.program("http1", program, { PROXY: proxy.url }));
  await host.printed(/Connected over HTTP\/1\.1, since HTTP\/2 does not get through/);
  const ends = started.move();
  return { proxy, host, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

const text = (label: string, value: string) => {
  const key = `inputText:${label}`;
  return { values: { [key]: { kind: { case: "inputText", value: { text: value } } } } } as const;
};

it("a host goes through a proxy that refuses HTTP/2: the introduction's program runs from start to result", async () => {
  await using way = await behind("refuse");
  await using operator = await stage.signIn();
  const { page } = operator;
  await stage.run(page, "hello");
  await page.getByLabel("Your name").fill("Ada");
  await page.keyboard.press("Enter");
  await page.getByText("Hello, Ada", { exact: true }).waitFor();
  expect(new Set(way.proxy.paths.map((path) => path.split("/").at(-1)))).toEqual(new Set(["Receive", "Send"]));
});

it("files and results that are too large for a message go through as well", async () => {
  await using _way = await behind("refuse");
  const asked = await stage.client.start("large");
  const assetId = await stage.client.upload(asked, "report.txt", "text/plain", new Uint8Array(300_000).fill(97));
  const value = { files: [{ assetId }] };
  const ended = await stage.client.answer(asked, {
    values: { "inputFile:Report": { kind: { case: "inputFile", value } } },
  });
  expect(ended.run?.status).toBe(RunStatus.SUCCEEDED);
});

it("a run goes on when the proxy cuts everything again and again: nothing is lost, and nothing comes twice", async () => {
  await using way = await behind("refuse");
  const { client } = stage;
  let state = await client.start("lines");
  for (const label of ["First", "Second", "Third"]) {
    way.proxy.cut();
    const answered = client.answer(state, text(label, label.toLowerCase()));
    // In the middle of what the host says about it.
    const cuts = setInterval(() => way.proxy.cut(), 150);
    await expect.poll(() => linesOf(runId(state)), { timeout: 30_000 }).toContain(`${label} 5`);
    clearInterval(cuts);
    state = await answered;
  }
  const { outcome } = (await client.settle(runId(state))).finished ?? {};
  expect(outcome?.case === "success" && fromValue(outcome.value.result)).toBe("first, second, third");
  const expected = ["First", "Second", "Third"].flatMap((label) =>
    Array.from({ length: 50 }, (_, i) => `${label} ${i}`),
  );
  expect(await linesOf(runId(state))).toEqual(expected);
  expect(way.proxy.paths.filter((path) => path.endsWith("/Receive")).length).toBeGreaterThan(3);
});

it("a server that is killed behind the proxy is found again, and the run goes on", async () => {
  await using way = await behind("refuse");
  const asked = await stage.client.start("hello");
  await stage.server.restart("SIGKILL");
  const ended = await stage.client.answer(await stage.client.settle(runId(asked)), text("Your name", "Eve"));
  expect(ended.run?.status).toBe(RunStatus.SUCCEEDED);
  expect(way.host.output).toMatch(/Connected again/);
});

it("a host leaves a proxy that swallows HTTP/2 in silence after 5 seconds, and is there", async () => {
  await using way = await behind("ignore");
  expect(way.proxy.prefaces).toBe(1);
  const ended = await stage.client.answer(await stage.client.start("hello"), text("Your name", "Ada"));
  expect(ended.run?.status).toBe(RunStatus.SUCCEEDED);
});

/** What a run has logged. */
async function linesOf(id: string): Promise<unknown[]> {
  const { lines } = await stage.client.runs.listLogs({ runId: id, pageSize: 200 });
  return lines.flatMap(({ kind }) => (kind.case === "logged" ? kind.value.values.map(fromValue) : []));
}
