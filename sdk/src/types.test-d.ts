// What the types promise to users; checked by tsc, never run.
import { expectTypeOf } from "vitest";
import {
  Action,
  ctx,
  type DateObject,
  type DatetimeObject,
  type DatetimeValue,
  type DateValue,
  type IoFile,
  io,
  type ParamValue,
  type TimeValue,
} from "./index.ts";
import { type PlainRecord, type RefusalCode, runAction, type TestCallStatus } from "./testing/index.ts";

interface Charge {
  id: string;
  cents: number;
}
declare const charges: Charge[];

export const inputs = new Action(async () => {
  expectTypeOf(await io.input.text("Name")).toEqualTypeOf<string>();
  expectTypeOf(await io.input.number("Age").optional()).toEqualTypeOf<number | undefined>();
  expectTypeOf(await io.input.number("Age").optional(false)).toEqualTypeOf<number>();
  expectTypeOf(await io.input.boolean("Sure")).toEqualTypeOf<boolean>();
  expectTypeOf(await io.confirm("Sure?")).toEqualTypeOf<boolean>();
  expectTypeOf(await io.display.heading("Title")).toEqualTypeOf<null>();
  expectTypeOf(
    await io.input.email("E-mail").validate((email) => (email.includes("+") ? "No plus." : undefined)),
  ).toEqualTypeOf<string>();
  expectTypeOf(io.input.text("Name").then((name) => name.length)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(await io.input.slider("Volume", { min: 0, max: 11 })).toEqualTypeOf<number>();
  expectTypeOf(await io.input.url("Site").optional()).toEqualTypeOf<URL | undefined>();
  expectTypeOf(await io.input.richText("Text")).toEqualTypeOf<string>();
  expectTypeOf(
    await io.input.date("Day", { min: new Date(), max: { year: 2030, month: 1, day: 1 } }),
  ).toEqualTypeOf<DateValue>();
  expectTypeOf(await io.input.time("Time")).toEqualTypeOf<TimeValue>();
  for (const given of ["2026-11-24T14:30Z", new Date(), null]) {
    io.input.date("Day", { defaultValue: given, min: "1965-06-15", max: new Date() });
    io.input.time("Time", { defaultValue: given, min: "09:00", max: new Date() });
    io.input.datetime("Moment", { defaultValue: given, min: "2026-11-24T09:00", max: new Date() });
  }
  io.input.datetime("Moment", { defaultValue: await io.input.datetime("Earlier") });
  expectTypeOf<DateValue>().branded.toEqualTypeOf<DateObject & { isoDate: string; jsDate: Date }>();
  expectTypeOf<DatetimeValue>().branded.toEqualTypeOf<
    DatetimeObject & { isoDate: string; isoTime: string; timeZone: string; instant: Date; jsDate: Date }
  >();
  expectTypeOf(await io.input.datetime("Moment")).toEqualTypeOf<DatetimeValue>();
  // @ts-expect-error a slider has bounds
  io.input.slider("Volume", {});
  // @ts-expect-error minLength is a number
  io.input.text("Name", { minLength: "3" });
});

export const files = new Action(async () => {
  expectTypeOf(await io.input.file("Report", { allowedExtensions: ["csv"] })).toEqualTypeOf<IoFile>();
  expectTypeOf(await io.input.file("Reports").multiple()).toEqualTypeOf<IoFile[]>();
  expectTypeOf(await io.input.file("Reports").multiple().optional()).toEqualTypeOf<IoFile[] | undefined>();
  expectTypeOf(await io.input.file("Reports").optional().multiple()).toEqualTypeOf<IoFile[] | undefined>();
  const own = { generatePresignedUrls: async () => ({ uploadUrl: "https://a", downloadUrl: "https://b" }) };
  const { text, size } = await io.input.file("Report", own);
  expectTypeOf(text()).toEqualTypeOf<Promise<string>>();
  expectTypeOf(size).toEqualTypeOf<number>();
  // @ts-expect-error both addresses are needed
  io.input.file("Report", { generatePresignedUrls: () => ({ uploadUrl: "https://a" }) });
});

export const selects = new Action(async () => {
  expectTypeOf(await io.select.single("Size", { options: ["small", "large"] })).toEqualTypeOf<"small" | "large">();
  expectTypeOf(await io.select.single("Count", { options: [1, 2], defaultValue: 2 })).toEqualTypeOf<1 | 2>();
  const people = charges.map(({ id, cents }) => ({ label: id, value: id, cents }));
  const person = await io.select.single("Person", { options: people, defaultValue: "ch_1" });
  expectTypeOf(person).toEqualTypeOf<{ label: string; value: string; cents: number }>();
  expectTypeOf(await io.select.multiple("Sizes", { options: ["s", "l"] })).toEqualTypeOf<("s" | "l")[]>();
  expectTypeOf(await io.select.table("Charges", { data: charges })).toEqualTypeOf<Charge[]>();
  await io.display.table("Charges", {
    data: charges,
    columns: ["id", { label: "Amount", renderCell: (row) => ({ label: `${row.cents / 100}`, value: row.cents }) }],
    rowKey: "id",
  });
  const getData = async ({ offset, pageSize }: { offset: number; pageSize: number }) => ({
    data: charges.slice(offset, offset + pageSize),
    totalRecords: charges.length,
  });
  expectTypeOf(await io.select.table("Charges", { getData, columns: ["id"] })).toEqualTypeOf<Charge[]>();
  const fetched = await io.select.table("Charges", {
    getData: async ({ queryTerm, sortDirection }, { signal }) => {
      expectTypeOf(queryTerm).toEqualTypeOf<string | undefined>();
      expectTypeOf(sortDirection).toEqualTypeOf<"asc" | "desc" | null>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      return { data: charges };
    },
    columns: [{ label: "Amount", renderCell: (row) => row.cents }],
    rowMenuItems: ({ id }) => [{ label: "Refund", route: "refund", params: { id } }],
  });
  expectTypeOf(fetched).toEqualTypeOf<Charge[]>();
  await io.display.table("Later", { data: async () => charges, columns: ["cents"] });
  await io.display.table("Later", { data: Promise.resolve(charges), rowKey: (row) => row.id });
  // @ts-expect-error rows come from one place
  io.display.table("Charges", { data: charges, getData });
  // @ts-expect-error there is no such column
  io.display.table("Charges", { data: charges, columns: ["amount"] });
  const orders = [{ id: 1, customer: { name: "Ada" } }];
  await io.display.table("Orders", { data: orders, columns: [{ accessorKey: "customer.name", sortAs: "text" }] });
  // @ts-expect-error there is no such column that a path could begin with
  io.display.table("Orders", { data: orders, columns: [{ accessorKey: "client.name" }] });
  // @ts-expect-error there is no such order
  io.display.table("Orders", { data: orders, columns: [{ accessorKey: "id", sortAs: "size" }] });
  // @ts-expect-error there is no such option
  io.select.single("Size", { options: ["small", "large"], defaultValue: "huge" });
});

export const searches = new Action(async () => {
  const onSearch = (query: string) => charges.filter(({ id }) => id.includes(query));
  const renderResult = ({ id, cents }: Charge) => ({ label: id, description: String(cents) });
  const props = { onSearch, renderResult };
  expectTypeOf(await io.search("Charge", props)).toEqualTypeOf<Charge>();
  expectTypeOf(await io.search("Charge", { onSearch: async (query) => onSearch(query) })).toEqualTypeOf<Charge>();
  expectTypeOf(await io.search("Charge", props).optional()).toEqualTypeOf<Charge | undefined>();
  expectTypeOf(await io.search("Charges", props).multiple({ defaultValue: charges })).toEqualTypeOf<Charge[]>();
  expectTypeOf(await io.search("C", props).optional().multiple()).toEqualTypeOf<Charge[] | undefined>();
  expectTypeOf(await io.search("C", props).multiple().optional()).toEqualTypeOf<Charge[] | undefined>();
  const checked = io
    .search("C", props)
    .validate(({ cents }) => (cents > 0 ? undefined : "Free of charge."))
    .withChoices(["Refund", "Forgive"])
    .multiple()
    .validate(({ choice, returnValue }) => (choice === "Refund" && returnValue.length > 3 ? "Too many." : undefined));
  expectTypeOf((await checked).returnValue).toEqualTypeOf<Charge[]>();
  const { charge } = await io.group({ charge: io.search("C", props), more: io.search("M", props).multiple() });
  expectTypeOf(charge).toEqualTypeOf<Charge>();
  // @ts-expect-error a default is an item
  io.search("C", { ...props, defaultValue: { id: 5 } });
});

export const sheets = new Action(async () => {
  const people = await io.input.spreadsheet("People", {
    columns: { name: "string", age: "number?", born: "date", active: "boolean?" },
    defaultValue: [
      { name: "Ada", born: new Date(1815, 11, 10) },
      { born: { year: 1906, month: 12, day: 9 } },
      { born: "1912-06-23" },
    ],
  });
  type Day = { year: number; month: number; day: number; isoDate: string; jsDate: Date };
  type Person = { name: string; age: number | undefined; born: Day; active: boolean | undefined };
  expectTypeOf(people).branded.toEqualTypeOf<Person[]>();
  expectTypeOf(
    await io.experimental.spreadsheet("Amounts", { columns: { amount: "number" } }).optional(),
  ).branded.toEqualTypeOf<{ amount: number }[] | undefined>();
  // @ts-expect-error there is no such type
  io.input.spreadsheet("People", { columns: { name: "text" } });
  // @ts-expect-error ages are numbers
  io.input.spreadsheet("People", { columns: { age: "number" }, defaultValue: [{ age: "36" }] });
});

export const displays = new Action(async () => {
  expectTypeOf(await io.display.image("I", { url: "https://example.com/a.png", size: "small" })).toEqualTypeOf<null>();
  await io.display.image("I", { buffer: async () => new Uint8Array() });
  await io.display.metadata("M", {
    layout: "card",
    data: [
      { label: "Now", value: 1 },
      {
        label: "Soon",
        value: async () => charges,
        url: Promise.resolve("https://example.com"),
        image: () => undefined,
      },
    ],
  });
  await io.display.metadata("M", { data: async () => [{ label: "Name", value: "Ada" }] });
  await io.display.chart("C", { kind: "bar", data: charges, x: "id", y: "cents" });
  await io.display.chart("C", { kind: "line", data: async () => charges, x: "id", y: ["cents"], stacked: true });
  // @ts-expect-error there is no such field
  io.display.chart("C", { kind: "bar", data: charges, x: "id", y: "amount" });
  await io.display.grid("G", {
    data: charges,
    renderItem: ({ id }) => ({ label: id, image: { url: id, fit: "cover" } }),
  });
  await io.display.grid("G", {
    data: async () => charges,
    renderItem: ({ cents }) => ({ label: cents, route: "charge" }),
  });
  await io.display.grid("G", {
    getData: async ({ queryTerm, offset, pageSize }, { signal }) => {
      expectTypeOf(queryTerm).toEqualTypeOf<string | undefined>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      return { data: charges.slice(offset, offset + pageSize), totalRecords: charges.length };
    },
    renderItem: (row) => ({ label: row.id }),
  });
  // @ts-expect-error data or getData, not both
  io.display.grid("G", { data: charges, getData: async () => ({ data: charges }), renderItem: () => ({}) });
  const { choice } = await io.display.link("L", { route: "edit", params: { id: 5n } }).withChoices(["Done"]);
  expectTypeOf(choice).toEqualTypeOf<"Done">();
});

export const groups = new Action(async () => {
  const record = await io.group({
    title: io.display.markdown("**Hello**"),
    name: io.input.text("Name"),
    address: io.group({ street: io.input.text("Street").optional() }, { label: "Address" }),
  });
  expectTypeOf(record).toEqualTypeOf<{ title: null; name: string; address: { street: string | undefined } }>();
  const [name, age] = await io.group([io.input.text("Name"), io.input.number("Age")]);
  expectTypeOf(name).toEqualTypeOf<string>();
  expectTypeOf(age).toEqualTypeOf<number>();
  expectTypeOf(await io.group(charges.map(({ id }) => io.input.boolean(id)))).toEqualTypeOf<boolean[]>();
  io.group({ a: io.input.number("A"), b: io.input.number("B") }).validate(({ a, b }) =>
    a < b ? undefined : "A must be less.",
  );
  // @ts-expect-error a confirm stands alone
  io.group([io.confirm("Sure?")]);
  // @ts-expect-error a member cannot have choices
  io.group({ name: io.input.text("Name").withChoices(["Save"]) });
});

export const choices = new Action(async () => {
  const saved = await io.input
    .text("Name")
    .withChoices(["Save", { label: "Later", value: "later", theme: "secondary" }]);
  expectTypeOf(saved.choice).toEqualTypeOf<"Save" | "later">();
  expectTypeOf(saved.returnValue).toEqualTypeOf<string>();
  const skipped = await io
    .group([io.input.number("N")])
    .withChoices(["Go", { label: "Skip", value: "skip", validate: false }]);
  if (skipped.choice === "Go") expectTypeOf(skipped.returnValue).toEqualTypeOf<[number]>();
  else expectTypeOf(skipped.returnValue).toEqualTypeOf<undefined>();
  const pressed = await io.display.heading("Title").withChoices(["A", "B"]);
  expectTypeOf(pressed.choice).toEqualTypeOf<"A" | "B">();
  io.input
    .number("N")
    .optional()
    .withChoices(["Save"])
    .validate(({ choice, returnValue }) => {
      expectTypeOf(choice).toEqualTypeOf<"Save">();
      expectTypeOf(returnValue).toEqualTypeOf<number | undefined>();
      return undefined;
    });
});

export const forgotten = new Action(async () => {
  const ok = io.confirm("Delete?");
  // @ts-expect-error a promise is always true: await it
  if (ok) await ctx.log("deleted");
  // @ts-expect-error the same without a variable
  const text = io.confirm("Delete?") ? "yes" : "no";
  const name = io.input.text("Name").optional();
  // @ts-expect-error the same for inputs
  if (name) await ctx.log(text);
  // @ts-expect-error a promise is no text
  await ctx.log((await io.input.text("Name")).length + name.length);
  // @ts-expect-error a promise is no number
  return io.input.number("A") + 1;
});

export const context = new Action(async () => {
  expectTypeOf(ctx.user.email).toEqualTypeOf<string>();
  expectTypeOf(ctx.params.id).toEqualTypeOf<ParamValue>();
  await ctx.loading.start({ label: "Working", itemsInQueue: 3 });
  await ctx.redirect({ route: "users/edit", params: { id: 5n } });
});

export const testing = async () => {
  const run = runAction(async (io, { params }) => io.input.text(String(params.id)), {
    params: { id: 5 },
    user: { role: "admin" },
    run: { trigger: "queue" },
  });
  await run.answer({ Charges: (rows: Charge[]) => rows.filter(({ cents }) => cents > 100) });
  await run.choose("Save", { Name: "Ada" });
  expectTypeOf(await run.result()).toEqualTypeOf<unknown>();
  expectTypeOf(await run.result<{ sum: number }>()).toEqualTypeOf<{ sum: number }>();
  expectTypeOf((await run.call("Name")).status).toEqualTypeOf<TestCallStatus>();
  const component = await run.component("Charges");
  expectTypeOf(await component.rows({ sortColumn: "id", sortDirection: "desc" })).toEqualTypeOf<PlainRecord[]>();
  expectTypeOf(component.kind).toExtend<string>();
  const code: RefusalCode = "too_short";
  // @ts-expect-error there is no such code
  const wrong: RefusalCode = "too_shrot";
  // @ts-expect-error there is no such role
  runAction(() => undefined, { user: { role: "boss" } });
  // @ts-expect-error an action has a handler
  runAction({ name: "Nothing" });
  return [code, wrong];
};
