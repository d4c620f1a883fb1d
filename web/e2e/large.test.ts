import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { fromValue, type RunState, RunStateSchema, ValueSchema } from "@interval/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCall } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
const filler = "lorem ipsum dolor sit amet ".repeat(4);
const data = { orders: Array.from({ length: 20_000 }, (_, id) => ({ id, note: filler.slice(0, 60) })) };
const code = Array.from({ length: 20_000 }, (_, i) => "select " + i + " from a_table_of_orders where x = 1;").join("\\n");
const customers = Array.from({ length: 20_000 }, (_, i) => ({
  label: ("Customer " + i + " " + filler).slice(0, 100),
  value: i,
  description: "Described as number " + i,
  secret: "s" + i,
}));
new Interval({
  routes: {
    large: async () => {
      await io.display.object("Export", { data });
      await io.display.object("Soon", { data: () => new Promise((resolve) => setTimeout(() => resolve(data), 500)) });
      const { customer } = await io.group({
        script: io.display.code("Script", { code, language: "sql" }),
        customer: io.select
          .single("Customer", { options: customers })
          .validate(({ value }) => (value === 1 ? "Not this one." : undefined)),
      });
      return { same: customers.includes(customer), secret: customer.secret, rows: Array.from({ length: 30_000 }, () => filler) };
    },
  },
}).listen();
`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("large", program);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const sizeOf = (state: RunState) => toBinary(RunStateSchema, state).length;
const pick = (optionKey: string) => ({
  values: { customer: { kind: { case: "selectSingle" as const, value: { optionKey } } } },
});

it("a program reads what is stored, answers, and is refused as if all of it had come inline", async () => {
  const { client } = stage;
  let state = await client.start("large");
  expect(sizeOf(state)).toBeLessThan(10_000);
  const components = openCall(state).call?.components ?? [];
  const [script, customer] = await Promise.all(components.map((component) => client.whole(component)));
  expect(script?.kind.case === "displayCode" && script.kind.value.code.length).toBeGreaterThan(900_000);
  expect(customer?.kind.case === "selectSingle" && customer.kind.value.options.length).toBe(20_000);
  for (const wrong of ["n:20000", "n:1"]) {
    state = await client.answer(state, pick(wrong));
    expect(openCall(state).errors).toHaveLength(1);
  }
  state = await client.answer(state, pick("n:19999"));
  expect(sizeOf(state)).toBeLessThan(10_000);
  const outcome = state.finished?.outcome;
  const stored = outcome?.case === "success" ? (outcome.value.storedResult ?? "") : "";
  const result = fromValue(fromBinary(ValueSchema, await client.read(stored)));
  expect(result).toMatchObject({ same: true, secret: "s19999", rows: { length: 30_000 } });
}, 60_000);

it("an operator sees and answers it in a browser, which stays quick", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  await stage.run(page, "large");

  await page.getByRole("button", { name: "Show more, 19,950 left" }).first().waitFor();
  await expect.poll(() => page.getByText("[20000]").count()).toBe(2);
  await page.getByRole("region", { name: "Script" }).getByText("select 19999 from").waitFor();

  const field = page.getByRole("combobox", { name: "Customer" });
  await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true);
  const opened = performance.now();
  await field.press("ArrowDown");
  await page.getByRole("option", { name: "Customer 0 " }).waitFor();
  const options = page.getByRole("option");
  expect(await options.count()).toBeLessThan(100);
  const [first, second] = [await options.nth(0).boundingBox(), await options.nth(1).boundingBox()];
  expect((first?.y ?? 0) + (first?.height ?? 0)).toBeLessThanOrEqual((second?.y ?? 0) + 4); // none covers the next
  expect(performance.now() - opened).toBeLessThan(5000);

  const typed = performance.now();
  await field.pressSequentially("number 15432");
  await page.getByRole("option", { name: "Customer 15432" }).waitFor();
  await expect.poll(() => options.count()).toBe(1);
  expect(performance.now() - typed).toBeLessThan(8000);
  await field.press("Enter");
  expect(await operator.axe()).toEqual([]);
  expect(await operator.overflow()).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Continue" }).click();

  await page.getByRole("heading", { name: "Completed" }).waitFor();
  await page.getByText('"s15432"').waitFor();
  await page.getByText("[30000]").waitFor();

  await page.reload(); // a finished run shows all of it again
  await page.getByText("[30000]").waitFor();
  expect(await field.inputValue()).toContain("Customer 15432");
  expect(operator.complaints).toEqual([]);
}, 90_000);
