// Kinds of components in the test kit (the golden cases enter them all): entered in JavaScript's own values, or shown as plain data.
import { Buffer } from "node:buffer";
import type { Kind } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { type IO, type IoFile, io } from "../index.ts";
import { runAction, type TestComponent } from "./index.ts";

type Ask = (io: IO) => unknown;

/** What is asked, what may be entered, and what the program gets of it. */
type Entered = [ask: Ask, ...entries: Array<[entered: unknown, gets: unknown]>];

/** What is shown, and what a test sees of it. */
type Shows = [show: Ask, see: (component: TestComponent) => unknown, sees: unknown];

const day = new Date(2026, 10, 24);
const moment = new Date("2026-11-24T05:30:00Z");
const animals = [
  { label: "Cat", value: "cat", legs: 4 },
  { label: "Hen", value: "hen", legs: 2 },
  { label: "Dog", value: "dog", legs: 4 },
];
const [cat, hen, dog] = animals;
const people = ["Ada", "Grace", "Alan"].map((name, i) => ({ id: i + 1, name }));
const [ada, grace, alan] = people;
const onSearch = (query: string) => people.filter(({ name }) => name.includes(query));
const renderResult = ({ name }: { name: string }) => name;
const png = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

type Person = (typeof people)[number];
type Animal = (typeof animals)[number];

async function readFile(file: PromiseLike<IoFile>) {
  const { name, type, size, lastModified, text } = await file;
  return { name, type, size, lastModified, text: await text() };
}

const a = { name: "a.txt", type: "text/plain", size: 1, lastModified: 5, text: "A" };

const entered: Partial<Record<Kind, Entered>> = {
  inputText: [(io) => io.input.text("X"), ["Ada", "Ada"]],
  inputEmail: [(io) => io.input.email("X"), ["a@b.org", "a@b.org"]],
  inputNumber: [(io) => io.input.number("X", { decimals: 2 }), [1.25, 1.25], [0, 0]],
  inputSlider: [(io) => io.input.slider("X", { min: 0, max: 9 }), [7, 7]],
  inputUrl: [
    async (io) => (await io.input.url("X")).href,
    ["https://a.org/", "https://a.org/"],
    [new URL("https://a.org/b"), "https://a.org/b"],
  ],
  inputBoolean: [(io) => io.input.boolean("X"), [true, true], [false, false]],
  inputRichText: [(io) => io.input.richText("X"), ["<p>Hi</p>", "<p>Hi</p>"]],
  inputDate: [
    async (io) => (await io.input.date("X")).jsDate,
    [day, day],
    [{ year: 2026, month: 11, day: 24 }, day],
    ["2026-11-24", day],
  ],
  inputTime: [
    (io) => io.input.time("X"),
    [moment, { hour: 14, minute: 30, isoTime: "14:30" }],
    [
      { hour: 0, minute: 5 },
      { hour: 0, minute: 5, isoTime: "00:05" },
    ],
    ["14:30", { hour: 14, minute: 30, isoTime: "14:30" }],
    ["2026-11-24T05:30:00Z", { hour: 14, minute: 30, isoTime: "14:30" }],
  ],
  inputDatetime: [
    async (io) => {
      const { jsDate, timeZone, instant } = await io.input.datetime("X");
      return { jsDate, timeZone, instant };
    },
    ...[
      moment,
      { year: 2026, month: 11, day: 24, hour: 14, minute: 30 },
      "2026-11-24T14:30",
      "2026-11-24T06:30+01:00",
    ].map((given): [unknown, unknown] => [given, { jsDate: moment, timeZone: "Asia/Tokyo", instant: moment }]),
  ],
  inputFile: [
    (io) => readFile(io.input.file("X")),
    [new File(["A"], "a.txt", { type: "text/plain", lastModified: 5 }), a],
    [{ name: "a.txt", type: "text/plain", text: "A", lastModified: 5 }, a],
    [
      { name: "a.txt", bytes: Buffer.from("A") },
      { ...a, type: "", lastModified: 0 },
    ],
    [Buffer.from("A"), { ...a, name: "file", type: "application/octet-stream", lastModified: 0 }],
  ],
  inputSpreadsheet: [
    (io) => io.input.spreadsheet("X", { columns: { name: "string", age: "number?", born: "date?" } }),
    [[{ name: "Ada", age: 36 }], [{ name: "Ada", age: 36, born: undefined }]],
    [
      [{ name: "Ada", born: day, age: undefined }],
      [{ name: "Ada", born: { year: 2026, month: 11, day: 24, isoDate: "2026-11-24", jsDate: day } }],
    ],
  ],
  selectSingle: [
    (io) => io.select.single("X", { options: animals }),
    [hen, hen],
    ["hen", hen],
    ["Hen", hen],
    [{ legs: 2 }, hen],
    [(options: Animal[]) => options.at(-1), dog],
  ],
  selectMultiple: [
    (io) => io.select.multiple("X", { options: animals }),
    [
      ["dog", cat],
      [cat, dog],
    ],
    [[], []],
    [(options: Animal[]) => options.filter(({ legs }) => legs === 4), [cat, dog]],
  ],
  selectTable: [
    (io) => io.select.table("X", { data: people }),
    [
      [alan, ada],
      [ada, alan],
    ],
    [
      [{ id: 2 }, "n:3"],
      [grace, alan],
    ],
    [
      [0, -1],
      [ada, alan],
    ],
    [[], []],
    [(rows: Person[]) => rows.filter(({ name }) => name.startsWith("A")), [ada, alan]],
    [{ allOf: "" }, people],
    [{ allOf: "a", except: [{ name: "Grace" }] }, [ada, alan]],
  ],
  search: [
    (io) => io.search("X", { onSearch, renderResult, initialResults: [...people.slice(0, 1)] }),
    ["Gra", grace],
    ["Ada", ada],
    [ada, ada],
    [alan, alan],
    [{ id: 1 }, ada],
    [{ query: "a", item: 1 }, grace],
    [{ query: "A", item: "Alan" }, alan],
    [{ query: "A", item: (found: Person[]) => found[0] }, ada],
    [{ query: "A", item: { id: 3 } }, alan],
    [(initial: Person[]) => initial[0], ada],
  ],
  confirm: [(io) => io.confirm("X"), [true, true], [false, false]],
};

const shown: Partial<Record<Kind, Shows>> = {
  displayHeading: [
    (io) => io.display.heading("X", { level: 3, description: "Why", menuItems: [{ label: "Go", route: "a" }] }),
    ({ props }) => props,
    {
      level: 3,
      description: "Why",
      menuItems: [{ label: "Go", link: { route: { path: "a", params: {} } }, disabled: false }],
    },
  ],
  displayMarkdown: [(io) => io.display.markdown("X"), ({ label, props }) => [label, props], ["X", {}]],
  displayHtml: [(io) => io.display.html("X", { html: "<p>1</p>" }), ({ props }) => props, { html: "<p>1</p>" }],
  displayCode: [
    (io) => io.display.code("X", { code: "1 + 1", language: "js" }),
    ({ props }) => props,
    { code: "1 + 1", language: "js" },
  ],
  displayObject: [
    (io) => io.display.object("X", { data: { at: day, n: 5n, set: new Set([1]) } }),
    ({ props }) => props.data,
    { at: day, n: 5n, set: new Set([1]) },
  ],
  displayImage: [
    (io) => io.display.image("X", { buffer: png, alt: "A dot", size: "small" }),
    ({ props }) => props,
    { image: { assetId: "asset_1", alt: "A dot", size: "small" } },
  ],
  displayVideo: [
    (io) => io.display.video("X", { url: "https://a.org/v.mp4", loop: true }),
    ({ props }) => props,
    { url: "https://a.org/v.mp4", loop: true, muted: false },
  ],
  displayLink: [
    (io) => io.display.link("X", { route: "a/b", params: { n: 5 }, theme: "danger" }),
    ({ props }) => props,
    { link: { route: { path: "a/b", params: { n: 5 } } }, theme: "danger" },
  ],
  displayMetadata: [
    (io) => io.display.metadata("X", { data: [{ label: "Orders", value: async () => 12 }] }),
    async (component) => (await component.complete()).props.items,
    [{ label: "Orders", value: 12 }],
  ],
  displayTable: [
    (io) => io.display.table("X", { data: people }),
    async (table) => ({
      rows: await table.rows({ queryTerm: "a", sortColumn: "name", sortDirection: "desc" }),
      csv: await table.csv(),
    }),
    { rows: [grace, alan, ada], csv: '"id","name"\r\n"1","Ada"\r\n"2","Grace"\r\n"3","Alan"\r\n' },
  ],
  displayGrid: [
    (io) => io.display.grid("X", { data: people, renderItem: ({ name }) => ({ label: name }) }),
    (grid) => grid.items({ queryTerm: "Al" }),
    { items: [{ key: "n:3", label: "Alan", menu: [] }], totalItems: 1, hasMore: false },
  ],
  displayChart: [
    (io) => io.display.chart("X", { kind: "bar", data: [{ m: "Jan", n: 1 }], x: "m", y: "n" }),
    ({ props }) => props.kind,
    "bar",
  ],
};

const inputs = Object.entries(entered).flatMap(([kind, [ask, ...entries]]) =>
  entries.map(([given, gets], i) => ({ kind, ask, given, gets, i })),
);

describe("what is entered", () => {
  it.each(inputs)("in $kind ($i: $given) reaches the program", async ({ ask, given, gets }) => {
    const run = runAction(() => ask(io), { user: { timeZone: "Asia/Tokyo" } });
    await run.answer({ X: given });
    expect(await run.result()).toEqual(gets);
    expect(run.calls[0]?.component("X").isInput).toBe(true);
  });

  it("in a select or table is the very option and row of the program", async () => {
    const seen = vi.fn();
    const run = runAction(async () => {
      seen(await io.select.single("Animal", { options: animals }));
      seen(...(await io.select.table("People", { data: people })));
      seen(await io.search("Person", { onSearch, renderResult }));
    });
    for (const given of [{ Animal: "Hen" }, { People: [1] }, { Person: "Gra" }]) await run.answer(given);
    await run.result();
    expect(seen.mock.calls.map(([first]) => first)).toEqual([hen, grace, grace]);
    expect(seen.mock.calls[0]?.[0]).toBe(hen);
    expect(seen.mock.calls[1]?.[0]).toBe(grace);
    expect(seen.mock.calls[2]?.[0]).toBe(grace);
  });

  it.each<[string, Ask, unknown, string]>([
    ["text", (io) => io.input.text("X"), 5, '"X" (inputText) takes a string, but it was given 5.'],
    ["number", (io) => io.input.number("X"), "5", 'takes a number, but it was given "5" (a string).'],
    ["confirm", (io) => io.confirm("X"), "yes", "takes true or false"],
    ["date", (io) => io.input.date("X"), "24.11.2026", 'a text such as "2026-11-24"'],
    ["time", (io) => io.input.time("X"), { hour: 1 }, "takes a Date, { hour, minute }"],
    ["datetime", (io) => io.input.datetime("X"), "14:30", "takes a Date, { year, month, day, hour, minute }"],
    ["file", (io) => io.input.file("X"), { name: "a" }, "takes a File, bytes, or { name, type?, bytes or text"],
    [
      "select",
      (io) => io.select.single("X", { options: animals }),
      { legs: 4 },
      'an option, or its value or label, of "Cat"',
    ],
    ["select", (io) => io.select.multiple("X", { options: animals }), "cat", "takes an array of options"],
    ["table", (io) => io.select.table("X", { data: people }), [{ id: 9 }], "has no row like { id: 9 }"],
    ["table", (io) => io.select.table("X", { data: [ada, ada] }), [{ id: 1 }], "has more than one row like { id: 1 }"],
    ["table", (io) => io.select.table("X", { data: people }), [9], "has 3 rows, and so none at 9"],
    ["table", (io) => io.select.table("X", { data: people }), 0, "takes an array of rows"],
    ["search", (io) => io.search("X", { onSearch, renderResult }), "A", 'found "Ada", "Alan" for "A"'],
    ["search", (io) => io.search("X", { onSearch, renderResult }), "Z", "found nothing for"],
    ["spreadsheet", (io) => io.input.spreadsheet("X", { columns: { a: "string" } }), [5], "rows that are objects"],
  ])("as what a %s cannot take is a fault of the test", async (_what, ask, given, message) => {
    await expect(runAction(() => ask(io)).answer({ X: given })).rejects.toThrow(message);
  });

  it.each<[Ask, unknown, string]>([
    [(io) => io.input.number("X", { max: 5 }), 6, "too_large"],
    [(io) => io.input.number("X"), Number.NaN, "not_a_number"],
    [(io) => io.input.date("X"), { year: 2026, month: 2, day: 30 }, "invalid_date"],
    [(io) => io.input.time("X"), "25:00", "invalid_time"],
    [(io) => io.input.url("X"), "ftp://a.org", "protocol_not_allowed"],
    [(io) => io.input.file("X", { allowedExtensions: ["pdf"] }), new File([], "a.txt"), "extension_not_allowed"],
    [(io) => io.input.spreadsheet("X", { columns: { n: "number" } }), [{ n: "one" }], "invalid_cell"],
    [(io) => io.select.single("X", { options: animals }), "cow", "unknown_option"],
    [(io) => io.select.table("X", { data: people, minSelections: 1 }), [], "too_few"],
    [(io) => io.select.table("X", { data: people }), ["n:9"], "unknown_option"],
    [(io) => io.select.table("X", { data: people, maxSelections: 2 }), { allOf: "" }, "too_many"],
    [(io) => io.search("X", { onSearch }).multiple(), [], "required"],
  ])("and breaks a rule is refused as in production: %#", async (ask, given, code) => {
    await expect(runAction(() => ask(io)).answer({ X: given })).rejects.toMatchObject({ errors: [{ code }] });
  });
});

describe("several values", () => {
  it("of files and searches come as lists", async () => {
    const run = runAction(async () => {
      const files = await io.input.file("Files").multiple();
      const found = await io.search("People", { onSearch, renderResult }).multiple();
      return [files.map(({ name }) => name), found];
    });
    await run.answer([new File(["A"], "a"), new File(["B"], "b")]);
    await run.answer(["Gra", alan]);
    expect(await run.result()).toEqual([
      ["a", "b"],
      [grace, alan],
    ]);
  });
});

describe("rows that are fetched", () => {
  const data = Array.from({ length: 250 }, (_, id) => ({ id, name: `Row ${id}` }));

  it("are chosen among all pages, and looked at as on screen", async () => {
    const getData = vi.fn(({ offset, pageSize, queryTerm = "" }) => {
      const found = data.filter(({ name }) => name.includes(queryTerm));
      return { data: found.slice(offset, offset + pageSize), totalRecords: found.length };
    });
    const run = runAction(() => io.select.table("Rows", { getData, rowKey: "id" }));
    const table = await run.component("Rows");
    expect(await table.rows()).toHaveLength(250);
    expect(await table.rows({ queryTerm: "24", pageSize: 3 })).toEqual([data[24], data[124], data[224]]);
    expect(await table.page({ offset: 249 })).toMatchObject({
      rows: [{ key: "n:249" }],
      totalRows: 250,
      hasMore: false,
    });
    await run.answer([{ id: 201 }, "n:3"]);
    expect(await run.result()).toEqual([data[3], data[201]]);
  });

  it("show what the program threw in their place", async () => {
    const run = runAction(() => io.search("X", { onSearch: () => Promise.reject(new Error("The index is away.")) }));
    const search = await run.component("X");
    await expect(search.search("a")).rejects.toThrow("The index is away.");
    await expect(search.rows()).rejects.toThrow("Rows are what a table has; this is of the kind search.");
    await expect(search.items()).rejects.toThrow("Items are what a grid has");
  });
});

describe("files of the program's own storage", () => {
  it("are put where it says", async () => {
    const put = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
    const urls = { uploadUrl: "https://store.example/put", downloadUrl: "https://store.example/a" };
    const run = runAction(async () => {
      const file = await io.input.file("X", { generatePresignedUrls: () => urls });
      return [file.name, await file.url()];
    });
    await run.answer(new File(["A"], "a.txt", { type: "text/plain" }));
    expect(await run.result()).toEqual(["a.txt", urls.downloadUrl]);
    expect(put).toHaveBeenCalledWith(urls.uploadUrl, expect.objectContaining({ method: "PUT" }));
    put.mockRejectedValue(new TypeError("fetch failed"));
    const failing = runAction(() => io.input.file("X", { generatePresignedUrls: () => urls }));
    await expect(failing.answer(new File(["A"], "a"))).rejects.toThrow("nothing takes it at https://store.example/put");
    put.mockRestore();
  });
});

describe("what is shown", () => {
  it.each(Object.entries(shown))("in %s is seen", async (kind, [show, see, sees]) => {
    const run = runAction(() => show(io));
    const component = await run.component("X");
    expect([component.kind, component.isInput]).toEqual([kind, false]);
    expect(await see(component)).toMatchObject(sees as object);
    expect(await run.result()).toBeNull();
  });

  it("goes on after the run: values arrive, rejections are told, tables stay alive", async () => {
    let arrive = (_value: number) => {};
    const value = new Promise<number>((resolve) => {
      arrive = resolve;
    });
    const run = runAction(async () => {
      const failing = Promise.reject(new Error("No such table."));
      await io.group([
        io.display.metadata("M", {
          data: [
            { label: "A", value },
            { label: "B", value: failing },
          ],
        }),
        io.display.table("T", { data: people }),
      ]);
    });
    await run.result();
    const metadata = await run.component("M");
    expect(metadata.isComplete).toBe(false);
    arrive(7);
    await metadata.complete();
    expect(metadata.props.items).toMatchObject([
      { label: "A", value: 7 },
      { label: "B", eventual: { error: "No such table." } },
    ]);
    expect(await (await run.component("T")).rows()).toEqual(people);
  });

  it("waits for values no longer than it may", async () => {
    const run = runAction(() => io.display.metadata("M", { data: [{ label: "A", value: new Promise(() => {}) }] }), {
      timeoutMs: 20,
    });
    const metadata = await run.component("M");
    await expect(metadata.complete()).rejects.toThrow('Values of "M" are still on their way after 20 ms.');
  });

  it("tells a cell's text, and in detail all of it", async () => {
    const run = runAction(() =>
      io.display.table("T", {
        data: people,
        columns: [{ label: "Who", renderCell: ({ id, name }) => ({ label: name, value: id, highlightColor: "red" }) }],
        rowMenuItems: ({ id }) => [{ label: "Open", route: "person", params: { id } }],
      }),
    );
    const table = await run.component("T");
    expect(await table.rows({ pageSize: 1 })).toEqual([{ Who: "Ada" }]);
    const { rows } = await table.page({ pageSize: 1 });
    expect(rows).toEqual([
      {
        key: "n:1",
        cells: { Who: { label: "Ada", value: 1, highlightColor: "red" } },
        menu: [{ label: "Open", link: { route: { path: "person", params: { id: 1 } } }, disabled: false }],
      },
    ]);
  });

  it("has bytes that can be read", async () => {
    const run = runAction(() => io.display.image("X", { buffer: png }));
    const { props } = await run.component("X");
    expect(props).toMatchObject({ image: { assetId: "asset_1" } });
    expect(run.asset("asset_1")).toMatchObject({ bytes: png, mediaType: "image/png" });
    expect(() => run.asset("asset_2")).toThrow('There is no asset "asset_2".');
  });

  it("tells how an input stands, and what is searched", async () => {
    const run = runAction(() =>
      io.group({
        name: io.input.text("Name", { helpText: "Yours", maxLength: 9, disabled: true }).optional(),
        who: io.search("Who", { onSearch, renderResult }).multiple(),
      }),
    );
    const name = await run.component("name");
    expect([name.label, name.helpText, name.isOptional, name.isDisabled, name.isMultiple]).toEqual([
      "Name",
      "Yours",
      true,
      true,
      false,
    ]);
    expect(name.props).toMatchObject({ maxLength: 9 });
    expect(await (await run.component("Who")).search("Al")).toMatchObject([{ label: "Alan" }]);
    const [call] = run.calls;
    expect(() => call?.component("Whom")).toThrow('There is no "Whom" here, but "Name" (inputText), "Who" (search).');
  });
});
