// Two programs of one environment that offer the same slug.
import { fromValue } from "@interval/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCall, runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = (name: string, slugs: string[]) => `
import { Interval } from "@interval/sdk";
const routes = Object.fromEntries(${JSON.stringify(slugs)}.map((slug) => [slug, async () => "${name}"]));
new Interval({ name: "${name}", routes }).listen();
`;

const reload = `
import { Interval, io } from "@interval/sdk";
const begun = Promise.withResolvers();
const make = (version) => new Interval({
  routes: { reloaded: async () => {
    begun.resolve();
    return (await io.input.text("Name")) + " of version " + version;
  } },
});
await make(1).listen();
await begun.promise;
for (const version of [2, 3, 4]) await make(version).listen();
console.log("All listen");
`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** What the next runs of an action return, each once. */
async function results(action: string): Promise<unknown[]> {
  const found = new Set<unknown>();
  for (let i = 0; i < 6; i++) {
    const started = await stage.client.start(action);
    const { finished } = await stage.client.settle(started.run?.id ?? "");
    if (finished?.outcome.case === "success") found.add(fromValue(finished.outcome.value.result));
  }
  return [...found];
}

it("the one that attached later serves it, through a restart of the server, and everybody is told", async () => {
  const own = await stage.program("own", program("own", ["hello", "own"]));
  expect(await results("hello")).toEqual(["own"]);
  const example = await stage.program("example", program("example", ["hello"]));
  await own.printed(
    /Two programs offer "hello"\. The other one is "example" \(.*process \d+, in .*attached later, so it serves them and this one/,
  );
  await example.printed(/Two programs offer "hello"\. The other one is "own" \(/);
  expect(await results("hello")).toEqual(["example"]);
  expect(await results("own")).toEqual(["own"]);

  await using operator = await stage.signIn();
  const { page } = operator;
  await page.goto(stage.address(""));
  await page.getByText("Two programs offer the same").waitFor();
  await page.getByText(/“example” \(.*\) takes the new runs, since it attached later than “own”/).waitFor();
  await page.goto(stage.address("settings/hosts"));
  await page.getByText("1 route is offered by another program too").first().waitFor();
  await page.getByText(/“example” \(.*\) offers the same and attached later, so it takes the new runs/).waitFor();

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    await stage.server.restart(signal);
    // Until both are back, there is no action, or the older one serves it.
    const served = () => results("hello").catch((error: unknown) => [String(error)]);
    await expect.poll(served, { timeout: 30_000 }).toEqual(["example"]);
    await expect.poll(() => page.getByText("Online", { exact: true }).count(), { timeout: 30_000 }).toBe(2);
    expect(await results("hello")).toEqual(["example"]);
  }

  await example.stop();
  await expect.poll(() => results("hello"), { timeout: 30_000 }).toEqual(["own"]);
  await expect.poll(() => page.getByText("offered by another program too").count(), { timeout: 30_000 }).toBe(0);
});

it("in one process the newer one replaces the older, as after a reload: open runs finish, new ones are its own", async () => {
  const ada = { values: { "inputText:Name": { kind: { case: "inputText", value: { text: "Ada" } } } } } as const;
  const resultOf = async (asked: Awaited<ReturnType<typeof stage.client.start>>) => {
    const { finished } = await stage.client.answer(asked, ada);
    return finished?.outcome.case === "success" ? fromValue(finished.outcome.value.result) : finished?.outcome;
  };
  const host = await stage.program("reload", reload);
  const first = await stage.client.start("reloaded");
  await host.printed(/All listen/);
  await host.printed(/A newer Interval of this process offers the same, as after a reload/);
  for (let i = 0; i < 6; i++) expect(await resultOf(await stage.client.start("reloaded"))).toBe("Ada of version 4");
  expect(openCall(first).call?.key).toBe("inputText:Name");
  expect(await resultOf(await stage.client.settle(runId(first)))).toBe("Ada of version 1");
  expect(host.output).not.toContain("Two programs offer");
});
