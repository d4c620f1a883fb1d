import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type DisplayTableFetch,
  DisplayTablePageSchema,
  defaultValue,
  HighlightColor,
  type IoComponentSchema,
  type IoFetch,
  type IoPage,
  IoPageSchema,
  limits,
  type IoComponent as Message,
  SelectTablePageSchema,
  SortDirection,
  TableOrientation,
  type TableQuery,
  type TableSchema,
  Theme,
  toValue,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import IoComponent from "./IoComponent.vue";

type Table = MessageInitShape<typeof TableSchema>;
type Answer = MessageInitShape<typeof DisplayTablePageSchema>["answer"];
type Ask = DisplayTableFetch["ask"];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  document.body.innerHTML = "";
});

const rowOf = (n: number) => ({ key: `n:${n}`, cells: { name: { value: toValue(`Row ${n}`) } } });
const rowsFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => rowOf(from + i));
const table: Table = {
  columns: [{ key: "name", label: "Name" }],
  firstPage: { rows: rowsFrom(0, 10), totalRows: 45n, hasMore: true },
  pageSize: 10,
  sortable: true,
  filterable: true,
};

/** A page as a host answers it, of rows that are numbered. */
function pageFor({ offset, pageSize }: TableQuery, total = 45): Answer {
  const from = Number(offset);
  const to = Math.min(total, from + pageSize);
  return {
    case: "page",
    value: { rows: rowsFrom(from, to), offset, totalRows: BigInt(total), hasMore: to < total },
  };
}

/** A table on its screen, with a host that answers as told. */
class Screen {
  readonly asked: Ask[] = [];
  readonly signals: AbortSignal[] = [];
  readonly wrapper;

  constructor(
    kind: NonNullable<MessageInitShape<typeof IoComponentSchema>["kind"]>,
    answer: (query: TableQuery, n: number) => Answer | Promise<Answer> = (query) => pageFor(query),
    options: { disabled?: boolean; isLive?: () => boolean } = {},
  ) {
    const component: Message = ioComponent({ key: "k", label: "Rows", kind });
    const fetch = async (_call: string, _key: string, { kind }: IoFetch, signal: AbortSignal): Promise<IoPage> => {
      if (kind.case !== "displayTable" && kind.case !== "selectTable") throw new Error("This asks for no table.");
      const { ask } = kind.value;
      this.asked.push(ask);
      this.signals.push(signal);
      const query = ask.case === "csv" ? ask.value.query : ask.value;
      if (!query) throw new Error("There is no query.");
      const given = { answer: await answer(query, this.asked.length) };
      return kind.case === "displayTable"
        ? create(IoPageSchema, { kind: { case: kind.case, value: create(DisplayTablePageSchema, given) } })
        : create(IoPageSchema, { kind: { case: kind.case, value: create(SelectTablePageSchema, given) } });
    };
    const props = { component, errors: [], disabled: options.disabled ?? false, modelValue: defaultValue(component) };
    this.wrapper = mountIo(IoComponent, props, { fetch, isLive: options.isLive });
  }

  get rows(): string[] {
    return this.wrapper.findAll("tbody tr").map((row) => row.text());
  }

  get text(): string {
    return this.wrapper.text();
  }

  button(name: string | RegExp) {
    const found = this.wrapper.findAll("button").find((button) => {
      const said = button.attributes("aria-label") ?? button.text();
      return typeof name === "string" ? said === name : name.test(said);
    });
    if (!found) throw new Error(`There is no button ${name}.`);
    return found;
  }

  /** Presses a button and waits for what its host answers. */
  async press(name: string | RegExp): Promise<void> {
    await this.button(name).trigger("click");
    await settle();
  }

  async filter(term: string): Promise<void> {
    await this.wrapper.get("input[type=search]").setValue(term);
  }

  /** What was selected last. */
  get selected() {
    const [value] = this.wrapper.emitted<[ReturnType<typeof defaultValue>]>("update:modelValue")?.at(-1) ?? [];
    return value?.kind.case === "selectTable" ? value.kind.value : undefined;
  }

  /** Clicks the box of a row, and gives the component the value that follows. */
  async box(row: number, shift = false): Promise<void> {
    const box = this.wrapper.findAll("tbody input[type=checkbox]")[row]?.element as HTMLInputElement;
    box.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: shift }));
    await this.keep();
  }

  async keep(): Promise<void> {
    const [modelValue] = this.wrapper.emitted("update:modelValue")?.at(-1) ?? [];
    await this.wrapper.setProps({ modelValue });
  }
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(300);
  await flushPromises();
}

const shown = (given: Table = table) => ({ case: "displayTable" as const, value: { table: given } });
const asking = (more: object = {}, given: Table = table) => ({
  case: "selectTable" as const,
  value: { table: given, ...more },
});
const queries = (screen: Screen) => screen.asked.map((ask) => (ask.case === "query" ? ask.value : undefined));

describe("pages", () => {
  it("are asked of the host; the first one is there already", async () => {
    const screen = new Screen(shown());
    expect(screen.rows[0]).toBe("Row 0");
    expect(screen.text).toContain("1 – 10 of 45");
    await screen.press("Next page");
    expect(queries(screen)).toMatchObject([{ offset: 10n, pageSize: 10, queryTerm: "" }]);
    expect(screen.rows[0]).toBe("Row 10");
    await screen.press("Previous page");
    expect(screen.rows[0]).toBe("Row 0");
    expect(screen.asked).toHaveLength(1);
  });

  it("go on without a total for as long as rows follow", async () => {
    const first = { rows: rowsFrom(0, 10), hasMore: true };
    const screen = new Screen(shown({ ...table, firstPage: first }), ({ offset }) => ({
      case: "page",
      value: { rows: rowsFrom(10, 12), offset, hasMore: false },
    }));
    expect(screen.text).toContain("1 – 10");
    await screen.press("Next page");
    expect(screen.text).toContain("11 – 12");
    expect(screen.button("Next page").attributes("disabled")).toBeDefined();
  });

  it("may be larger, and keep their place", async () => {
    const screen = new Screen(shown());
    await screen.press("Next page");
    await screen.wrapper.get("select").setValue("20");
    await settle();
    expect(queries(screen).at(-1)).toMatchObject({ offset: 0n, pageSize: 20 });
    expect(screen.rows).toHaveLength(20);
  });

  it("that come too late are dropped, and their host is told", async () => {
    const late = Promise.withResolvers<Answer>();
    const screen = new Screen(shown(), (query, n) => (n === 1 ? late.promise : pageFor(query)));
    await screen.filter("slow");
    await settle();
    await screen.filter("fast");
    await settle();
    expect(screen.signals[0]?.aborted).toBe(true);
    late.resolve({ case: "page", value: { rows: [rowOf(999)], totalRows: 1n } });
    await settle();
    expect(screen.rows).not.toContain("Row 999");
  });

  it("that fail say why, keep the rows that were there, and can be asked for again", async () => {
    const screen = new Screen(shown(), (query, n) => {
      if (n === 1) throw new ConnectError("The database is away.", Code.Aborted);
      return pageFor(query);
    });
    await screen.press("Next page");
    expect(screen.wrapper.get("[role=alert]").text()).toContain("The database is away.");
    expect(screen.rows[0]).toBe("Row 0");
    await screen.press("Try again");
    expect(screen.wrapper.find("[role=alert]").exists()).toBe(false);
    expect(screen.rows[0]).toBe("Row 10");
  });

  it("of what is no longer live are not asked for: what was shown stays", async () => {
    const screen = new Screen(shown(), () => {
      throw new ConnectError("gone", Code.FailedPrecondition);
    });
    await screen.press("Next page");
    expect(screen.text).toContain("No longer live");
    expect(screen.rows[0]).toBe("Row 0");
    expect(screen.wrapper.findAll("input, select, thead button")).toHaveLength(0);
    const old = new Screen(shown(), undefined, { isLive: () => false });
    expect(old.text).toContain("No longer live");
  });
});

describe("filter and order", () => {
  it("wait until typing stops, begin at the first row, and leave the cursor where it is", async () => {
    const screen = new Screen(shown());
    await screen.press("Next page");
    const field = screen.wrapper.get<HTMLInputElement>("input[type=search]");
    field.element.focus();
    for (const term of ["a", "ad", "ada"]) await screen.filter(term);
    await settle();
    expect(queries(screen).slice(1)).toMatchObject([{ queryTerm: "ada", offset: 0n }]);
    expect(document.activeElement).toBe(field.element);
  });

  it("without a hit repeat what was looked for", async () => {
    const screen = new Screen(shown(), (query) => pageFor(query, 0));
    await screen.filter("zzz");
    await settle();
    expect(screen.text).toContain("Nothing matches “zzz”.");
  });

  it("go from ascending to descending to the program's order, and say so", async () => {
    const screen = new Screen(shown());
    const header = () => screen.wrapper.get("thead th").attributes("aria-sort");
    expect(header()).toBe("none");
    await screen.press("Name");
    expect([header(), queries(screen).at(-1)?.sortColumn]).toEqual(["ascending", "name"]);
    await screen.press("Name");
    expect([header(), queries(screen).at(-1)?.sortDirection]).toEqual(["descending", SortDirection.DESCENDING]);
    await screen.press("Name");
    expect([header(), screen.asked.length]).toEqual(["none", 2]);
  });

  it("of blocks are chosen from a menu, since there are no headers", async () => {
    const screen = new Screen(shown({ ...table, orientation: TableOrientation.VERTICAL }));
    expect(screen.wrapper.findAll("th[scope=row]").map((head) => head.text())[0]).toBe("Name");
    await screen.wrapper.get("select").setValue("1");
    await settle();
    expect(queries(screen)).toMatchObject([{ sortColumn: "name", sortDirection: SortDirection.DESCENDING }]);
  });

  it("are not offered where the program does not want them", () => {
    const screen = new Screen(shown({ ...table, sortable: false, filterable: false }));
    expect(screen.wrapper.find("input[type=search]").exists()).toBe(false);
    expect(screen.wrapper.find("thead button").exists()).toBe(false);
    expect(screen.wrapper.get("thead th").attributes("aria-sort")).toBeUndefined();
  });
});

describe("a table that is on its way", () => {
  const { firstPage: _, ...rest } = table;

  it("has the place of its rows", () => {
    const eventual = { state: { case: "pending" as const, value: {} } };
    const screen = new Screen({ case: "displayTable", value: { table: rest, eventual } });
    expect(screen.wrapper.find("[aria-busy=true]").exists()).toBe(true);
    expect(screen.text).toContain("Name");
    expect(screen.wrapper.find("input[type=search]").exists()).toBe(false);
  });

  it("and failed can be tried again", async () => {
    const eventual = { state: { case: "error" as const, value: "The bank is closed." } };
    const columns = [{ key: "name", label: "Told later" }];
    const screen = new Screen({ case: "displayTable", value: { table: { ...rest, columns: [] }, eventual } }, () => ({
      case: "page",
      value: { rows: rowsFrom(0, 10), totalRows: 10n, columns },
    }));
    expect(screen.wrapper.get("[role=alert]").text()).toContain("The bank is closed.");
    await screen.press("Try again");
    expect(screen.rows).toHaveLength(10);
    expect(screen.wrapper.get("thead").text()).toContain("Told later");
  });
});

describe("cells and menus", () => {
  const url = (value: string) => ({ target: { case: "url" as const, value } });

  it("show values, labels, marks and links, and lead nowhere dangerous", async () => {
    vi.useRealTimers();
    const cells = {
      name: { label: "with **Ada** here" },
      site: { label: "Site", link: url("https://example.com/") },
      bad: { label: "Bad", link: url("javascript:alert(1)") },
      none: { value: toValue(null) },
      plan: { value: toValue("Pro"), highlightColor: HighlightColor.GREEN },
    };
    const columns = Object.keys(cells).map((key) => ({ key, label: key }));
    const screen = new Screen(shown({ ...table, columns, firstPage: { rows: [{ key: "1", cells }], totalRows: 1n } }));
    await expect.poll(() => screen.wrapper.find("strong").exists(), { timeout: 10_000 }).toBe(true);
    const [ada, site, bad, none, plan] = screen.wrapper.findAll("tbody td");
    expect(ada?.get("strong").text()).toBe("Ada");
    expect(site?.get("a").attributes()).toMatchObject({ href: "https://example.com/", rel: "noopener noreferrer" });
    expect([bad?.text(), bad?.find("a").exists()]).toEqual(["Bad", false]);
    expect(none?.text()).toBe("–");
    expect(plan?.find("[class*=bg-green]").exists()).toBe(true);
  });

  it("fold what is long", async () => {
    const cells = { name: { value: toValue("word ".repeat(60)) } };
    const screen = new Screen(shown({ ...table, firstPage: { rows: [{ key: "1", cells }], totalRows: 1n } }));
    expect(screen.button("Show more").attributes("aria-expanded")).toBe("false");
    await screen.press("Show more");
    expect(screen.button("Show less").attributes("aria-expanded")).toBe("true");
    expect(screen.wrapper.find("tbody .line-clamp-3").exists()).toBe(false);
  });

  it("name their row, and hold what can be done with it", async () => {
    const menu = [
      { label: "Delete", theme: Theme.DANGER, link: { target: { case: "route" as const, value: { path: "delete" } } } },
      { label: "Closed", disabled: true, link: url("https://example.com") },
      { label: "Bad", link: url("javascript:alert(1)") },
    ];
    const screen = new Screen(shown({ ...table, firstPage: { rows: [{ ...rowOf(1), menu }], totalRows: 1n } }));
    vi.useRealTimers();
    await screen.button("Menu of Row 1").trigger("keydown", { key: "Enter" });
    await expect.poll(() => document.querySelectorAll("[role=menuitem]").length, { timeout: 10_000 }).toBe(3);
    const items = [...document.querySelectorAll("[role=menuitem]")];
    expect(items.map((item) => [item.textContent?.trim(), item.hasAttribute("data-disabled")])).toEqual([
      ["Delete", false],
      ["Closed", true],
      ["Bad", true],
    ]);
    expect(document.body.innerHTML).not.toContain("javascript:");
  });
});

describe("selecting rows", () => {
  it("reaches from one to another with Shift", async () => {
    const screen = new Screen(asking());
    await screen.box(2);
    await screen.box(5, true);
    expect(screen.selected?.rowKeys).toEqual(["n:2", "n:3", "n:4", "n:5"]);
    expect(screen.text).toContain("4 selected");
  });

  it("says how many are wanted", async () => {
    const screen = new Screen(asking({ minSelections: 1, maxSelections: 1 }));
    expect(screen.text).toContain("None selected · at least 1 · at most 1");
    await screen.box(0);
    await screen.box(1);
    expect(screen.wrapper.findAll(".text-error").map((text) => text.text())[0]).toContain("2 selected");
  });

  it("takes a page, then all of the filter, also what was never loaded, but for exceptions", async () => {
    const screen = new Screen(asking());
    await screen.filter("row");
    await settle();
    await screen.wrapper.get("thead input").setValue(true);
    await screen.keep();
    expect(screen.selected?.rowKeys).toHaveLength(10);
    await screen.press("Select all 45");
    await screen.keep();
    expect(screen.selected).toMatchObject({ rowKeys: [], allOf: { queryTerm: "row", offset: 0n } });
    await screen.box(3);
    expect(screen.selected).toMatchObject({ rowKeys: ["n:3"], allOf: { queryTerm: "row" } });
    expect(screen.text).toContain("44 selected");
    await screen.filter("other");
    await settle();
    expect(screen.text).toContain("All rows with “row” selected");
    expect(screen.wrapper.get("tbody input").attributes("disabled")).toBeDefined();
    await screen.press("Clear");
    expect([screen.selected?.rowKeys, screen.selected?.allOf]).toEqual([[], undefined]);
  });

  it("takes all where nobody says how many there are", async () => {
    const first = { rows: rowsFrom(0, 10), hasMore: true };
    const screen = new Screen(asking({}, { ...table, firstPage: first }));
    await screen.wrapper.get("thead input").setValue(true);
    await screen.keep();
    await screen.press("Select all rows");
    await screen.keep();
    expect(screen.selected?.allOf).toBeDefined();
    expect(screen.text).toContain("All rows selected");
    await screen.box(0);
    expect(screen.text).toContain("All rows selected but 1");
  });

  it("is over once it is answered", () => {
    const screen = new Screen(asking({ initiallySelected: ["n:1"] }), undefined, { disabled: true });
    const boxes = screen.wrapper.findAll("input[type=checkbox]");
    expect(boxes.every((box) => box.attributes("disabled") !== undefined)).toBe(true);
    expect(screen.text).not.toContain("Clear");
  });
});

describe("a CSV file", () => {
  const saved: { name: string; blob: Blob }[] = [];

  beforeEach(() => {
    saved.length = 0;
    let last: Blob | undefined;
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      last = blob as Blob;
      return "blob:1";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      if (last) saved.push({ name: this.download, blob: last });
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const lines = (text: string, nextOffset: bigint, hasMore: boolean): Answer => ({
    case: "csv",
    value: { text, nextOffset, totalRows: 3n, hasMore },
  });

  it("holds all lines of the filter and the order, whatever page is on screen", async () => {
    const screen = new Screen(shown(), (query, n) => {
      if (n <= 2) return pageFor(query);
      return n === 3 ? lines("Name\r\na\r\n", 1n, true) : lines("b\r\nc\r\n", 3n, false);
    });
    await screen.filter("x");
    await settle();
    await screen.press("Next page");
    await screen.press("Download Rows as CSV");
    const [file] = saved;
    expect(file?.name).toBe("Rows.csv");
    expect(await file?.blob.text()).toBe("\ufeffName\r\na\r\nb\r\nc\r\n");
    const asked = screen.asked.flatMap((ask) => (ask.case === "csv" ? [ask.value] : []));
    expect(asked.map(({ query }) => [query?.queryTerm, query?.offset])).toEqual([
      ["x", 0n],
      ["x", 1n],
    ]);
    expect(asked[0]?.query?.locale).not.toBe("");
  });

  it("says how far it is, and stops when told to", async () => {
    const never = new Promise<Answer>(() => {});
    const screen = new Screen(shown(), (_query, n) => (n === 1 ? lines("Name\r\na\r\n", 1n, true) : never));
    await screen.press("Download Rows as CSV");
    expect(screen.text).toContain("1 of 3");
    await screen.press("Stop the download");
    expect(screen.signals.at(-1)?.aborted).toBe(true);
    expect(saved).toEqual([]);
    expect(screen.button("Download Rows as CSV").exists()).toBe(true);
  });

  it("that fails says why", async () => {
    const screen = new Screen(shown(), () => {
      throw new ConnectError("The database is away.", Code.Aborted);
    });
    await screen.press("Download Rows as CSV");
    expect(screen.wrapper.get("[role=alert]").text()).toBe("The database is away.");
  });
});

it("holds no more rows than a page may have", () => {
  const many = {
    ...table,
    pageSize: limits.tablePageSize.max,
    firstPage: { rows: rowsFrom(0, 100), totalRows: 100_000n },
  };
  expect(new Screen(shown(many)).rows).toHaveLength(100);
});
