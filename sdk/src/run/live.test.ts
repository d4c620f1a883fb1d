import { fromValue } from "@interval/proto";
import { expect, it } from "vitest";
import { HostTest, text } from "../host/host-test.ts";
import { ctx, io } from "../index.ts";

const test = new HostTest();

type Fake = Awaited<ReturnType<typeof test.attached>>;

/** The first page of the next table that is sent again. */
async function patched(fake: Fake): Promise<unknown[]> {
  const { change } = await fake.next("patch");
  const kind = change.case === "component" ? change.value.kind : undefined;
  const table = kind?.case === "displayTable" || kind?.case === "selectTable" ? kind.value.table : undefined;
  return (table?.firstPage?.rows ?? []).map(({ cells }) => fromValue(cells.n?.value));
}

it("ctx.refresh brings what the run shows up to date, also after its step", async () => {
  let n = 0;
  const fake = await test.attached({
    show: async () => {
      await io.display.table("Function", { data: () => [{ n: ++n }], key: "rows" });
      await io.display.table("Array", { data: [{ n: 0 }] });
      await io.input.text("Go");
      await ctx.refresh();
      await ctx.refresh("rows");
      return "done";
    },
  });
  fake.start("run_1", "show");
  expect(await patched(fake)).toEqual([1]);
  fake.run("run_1", 3n, text("inputText:Go", "x"));
  expect(await patched(fake)).toEqual([2]);
  expect(await patched(fake)).toEqual([3]);
  await fake.next("finish");
  expect(fake.frames.filter(({ body }) => body.case === "patch")).toHaveLength(3);
});

it("sends nothing where nothing has changed", async () => {
  let reads = 0;
  const fake = await test.attached({
    show: async () => {
      const getData = () => {
        reads++;
        return { data: [{ n: 1 }] };
      };
      await io.display.table("Same", { getData });
      await ctx.refresh();
    },
  });
  fake.start("run_1", "show");
  await fake.next("finish");
  expect(reads).toBe(2);
  const last = fake.frames.filter(({ body }) => body.case === "patch");
  expect(last).toHaveLength(1); // the rows, as they came
});

it("reads a table again that is chosen from, until it is answered", async () => {
  let reads = 0;
  let refresh: ((key?: string) => Promise<void>) | undefined;
  const fake = await test.attached({
    choose: async () => {
      refresh = ctx.refresh;
      await io.select.table("Rows", { getData: () => ({ data: [{ id: 1, n: ++reads }] }), key: "rows" });
      await io.input.text("Go");
    },
  });
  fake.start("run_1", "choose");
  await fake.next("call");
  await refresh?.();
  expect(await patched(fake)).toEqual([2]);
  const value = { kind: { case: "selectTable" as const, value: { rowKeys: ["n:1"] } } };
  fake.run("run_1", 3n, {
    case: "answer",
    value: { callKey: "rows", revision: 0, answer: { values: { rows: value } } },
  });
  await fake.next("call");
  await expect(refresh?.("rows")).rejects.toThrow('ctx.refresh: the run shows nothing with the key "rows"');
});

it("keeps what is shown where reading it again fails, and says so in the run", async () => {
  let fails = false;
  const fake = await test.attached({
    show: async () => {
      const data = () => {
        if (fails) throw new Error("The database is away.");
        return [{ n: 1 }];
      };
      await io.display.table("Rows", { data });
      await io.input.text("Go");
      fails = true;
      await ctx.refresh();
    },
  });
  fake.start("run_1", "show");
  expect(await patched(fake)).toEqual([1]);
  fake.run("run_1", 3n, text("inputText:Go", "x"));
  const { values } = await fake.next("log");
  expect(fromValue(values[0])).toBe('"Rows" could not be read again: The database is away.');
  await fake.next("finish");
  expect(fake.frames.filter(({ body }) => body.case === "patch")).toHaveLength(1);
});

it.each(["nothing", "array"])("refuses the key %s, which cannot be read again", async (key) => {
  const fake = await test.attached({
    show: async () => {
      await io.display.table("Rows", { data: [{ n: 1 }], key: "array" });
      await ctx.refresh(key);
    },
  });
  fake.start("run_1", "show");
  expect(await fake.next("finish")).toMatchObject({
    outcome: {
      case: "failure",
      value: { message: expect.stringContaining(`the key "${key}" that can be read again`) },
    },
  });
});
