import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  defaultValue,
  type FieldError,
  FieldErrorCode,
  FieldErrorSchema,
  fromValue,
  IoPageSchema,
  type IoValue,
  type IoComponent as Message,
  SpreadsheetCellType,
  toValue,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import IoComponent from "./IoComponent.vue";
import { ioValue } from "./io-value.ts";

afterEach(() => {
  document.body.innerHTML = "";
  sessionStorage.clear();
  vi.useRealTimers();
});

type Context = Parameters<typeof mountIo>[2];

type Wrapper = ReturnType<typeof mountIo>;

const values = new WeakMap<Wrapper, IoValue>();

/** Mounts a component whose value is kept, as a form keeps it. */
async function draw(component: Message, props: Record<string, unknown> = {}, context: Context = {}): Promise<Wrapper> {
  const keep = (modelValue: IoValue | undefined) => {
    if (modelValue) values.set(wrapper, modelValue);
    else values.delete(wrapper);
    void wrapper.setProps({ modelValue });
  };
  const start = { component, errors: [], disabled: false, modelValue: defaultValue(component), ...props };
  const wrapper = mountIo(IoComponent, { ...start, "onUpdate:modelValue": keep }, context);
  if (start.modelValue) values.set(wrapper, start.modelValue);
  await vi.dynamicImportSettled();
  await flushPromises();
  return wrapper;
}

function kindOf(wrapper: Wrapper): IoValue["kind"] | undefined {
  return values.get(wrapper)?.kind;
}

const { STRING, NUMBER, BOOLEAN, DATE } = SpreadsheetCellType;
const columns = [
  { key: "name", type: STRING },
  { key: "amount", type: NUMBER },
  { key: "paid", type: BOOLEAN, optional: true },
  { key: "due", type: DATE, optional: true },
];

function sheetOf(defaultRows: object[] = []): Message {
  const rows = defaultRows.map((cells) => ({
    cells: Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, toValue(cell)])),
  }));
  return ioComponent({
    key: "k",
    label: "People",
    kind: { case: "inputSpreadsheet", value: { columns, defaultRows: rows } },
  });
}

/** The rows of the value, as plain records. */
function rowsOf(wrapper: Wrapper) {
  const kind = kindOf(wrapper);
  if (kind?.case !== "inputSpreadsheet") return [];
  return kind.value.rows.map(({ cells }) =>
    Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, fromValue(cell)])),
  );
}

const cell = (wrapper: Wrapper, row: number, column: number) =>
  wrapper.get(`td[data-row="${row}"][data-column="${column}"]`);

const field = (wrapper: Wrapper) => wrapper.get<HTMLInputElement>("[data-active] input");

async function go(wrapper: Wrapper, row: number, column: number): Promise<void> {
  await cell(wrapper, row, column).trigger("mousedown", { button: 0 });
  await flushPromises();
}

/** Presses a key in the active cell. */
async function press(wrapper: Wrapper, key: string, more: object = {}): Promise<void> {
  await field(wrapper).trigger("keydown", { key, ...more });
  await flushPromises();
}

async function type(wrapper: Wrapper, text: string): Promise<void> {
  const { element } = field(wrapper);
  element.value = text;
  element.dispatchEvent(new Event("input", { bubbles: true }));
  await nextTick();
}

function clipboard(wrapper: Wrapper, kind: "copy" | "paste", text = ""): string {
  const held = new Map([["text/plain", text]]);
  const event = new Event(kind, { bubbles: true, cancelable: true });
  const data = {
    getData: (format: string) => held.get(format) ?? "",
    setData: (format: string, content: string) => held.set(format, content),
  };
  Object.defineProperty(event, "clipboardData", { value: data });
  field(wrapper).element.dispatchEvent(event);
  return held.get("text/plain") ?? "";
}

describe("a sheet", () => {
  it("takes letters for yes and no where a cell is a box", async () => {
    const wrapper = await draw(sheetOf([{ name: "Ada" }]));
    await go(wrapper, 0, 2);
    await press(wrapper, "y");
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada", paid: true }]);
    await press(wrapper, "n");
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada", paid: false }]);
    await press(wrapper, "q");
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada", paid: false }]);
  });

  it("is a grid of named cells, one of which is in the tab order", async () => {
    const wrapper = await draw(sheetOf());
    const grid = wrapper.get("[role=grid]");
    expect(document.getElementById(grid.attributes("aria-labelledby") ?? "")?.textContent).toBe("People");
    expect(wrapper.findAll("thead th").map((head) => head.text())).toContain("amountNumber");
    expect(field(wrapper).attributes("aria-label")).toBe("name, row 1");
    expect(wrapper.findAll("[tabindex='0'], tbody input:not([tabindex='-1'])")).toHaveLength(1);
  });

  it("takes what is typed by the type of its column; Tab and Enter go on as in a spreadsheet program", async () => {
    const wrapper = await draw(sheetOf());
    await go(wrapper, 0, 0);
    await type(wrapper, "Ada");
    await press(wrapper, "Tab");
    await type(wrapper, "1,234.5");
    await press(wrapper, "Tab");
    await field(wrapper).setValue(true);
    await press(wrapper, "Tab");
    await type(wrapper, "2/29/2024");
    await press(wrapper, "Enter");
    expect(rowsOf(wrapper)).toEqual([
      { name: "Ada", amount: 1234.5, paid: true, due: { year: 2024, month: 2, day: 29 } },
    ]);
    expect(field(wrapper).attributes("aria-label")).toBe("name, row 2");
    expect(document.activeElement).toBe(field(wrapper).element);
  });

  it("keeps the first letter and every other: the active cell's field always has the focus", async () => {
    const wrapper = await draw(sheetOf([{ name: "Ada", amount: 1 }]));
    await go(wrapper, 0, 0);
    const { element } = field(wrapper);
    expect(document.activeElement).toBe(element);
    expect([element.selectionStart, element.selectionEnd, element.value]).toEqual([0, 3, "Ada"]);
  });

  it("gives up an edit with Esc, and goes into it with F2", async () => {
    const wrapper = await draw(sheetOf([{ name: "Ada", amount: 1 }]));
    await go(wrapper, 0, 0);
    await type(wrapper, "Grace");
    await press(wrapper, "Escape");
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada", amount: 1 }]);
    await press(wrapper, "F2");
    await type(wrapper, "Ada L.");
    await press(wrapper, "ArrowRight");
    expect(field(wrapper).attributes("aria-label")).toBe("name, row 1");
    await press(wrapper, "Enter");
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada L.", amount: 1 }]);
  });

  it("lets go of the focus: Esc, then Tab", async () => {
    const wrapper = await draw(sheetOf());
    await go(wrapper, 0, 0);
    await press(wrapper, "Escape");
    const event = new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true });
    field(wrapper).element.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });

  it("leaves Ctrl+Enter to the form, with what is being typed", async () => {
    const wrapper = await draw(sheetOf());
    await go(wrapper, 0, 0);
    await type(wrapper, "Ada");
    const event = new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true });
    field(wrapper).element.dispatchEvent(event);
    await nextTick();
    expect(event.defaultPrevented).toBe(false);
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada" }]);
  });

  it("grows with what is pasted, says what did not fit, and undoes it", async () => {
    const wrapper = await draw(sheetOf([{ name: "Ada", amount: 1 }]));
    await go(wrapper, 1, 0);
    const lines = Array.from({ length: 20 }, (_, i) => `"two\nlines ${i}"\t${i}\tyes\t2024-01-31\textra`);
    clipboard(wrapper, "paste", lines.join("\r\n"));
    await flushPromises();
    expect(rowsOf(wrapper)).toHaveLength(21);
    expect(rowsOf(wrapper)[1]).toEqual({
      name: "two\nlines 0",
      amount: 0,
      paid: true,
      due: { year: 2024, month: 1, day: 31 },
    });
    expect(wrapper.get("[role=status]").text()).toBe("Pasted 20 rows. 1 column did not fit.");
    await press(wrapper, "z", { ctrlKey: true });
    expect(rowsOf(wrapper)).toEqual([{ name: "Ada", amount: 1 }]);
    await press(wrapper, "y", { ctrlKey: true });
    expect(rowsOf(wrapper)).toHaveLength(21);
  });

  it("copies a selection without formulas, and takes it back as it was", async () => {
    const wrapper = await draw(
      sheetOf([
        { name: "=1+1", amount: -5 },
        { name: "b", amount: 0.5 },
      ]),
    );
    await go(wrapper, 0, 0);
    await press(wrapper, "ArrowDown", { shiftKey: true });
    await press(wrapper, "ArrowRight", { shiftKey: true });
    expect(wrapper.findAll("[aria-selected=true]")).toHaveLength(4);
    const text = clipboard(wrapper, "copy");
    expect(text).toBe("'=1+1\t-5\nb\t0.5");
    await go(wrapper, 2, 0);
    clipboard(wrapper, "paste", text);
    expect(rowsOf(wrapper)[2]).toEqual({ name: "=1+1", amount: -5 });
  });

  it("clears what is selected, and adds and removes rows", async () => {
    const wrapper = await draw(
      sheetOf([
        { name: "a", amount: 1 },
        { name: "b", amount: 2 },
        { name: "c", amount: 3 },
      ]),
    );
    await go(wrapper, 0, 1);
    await press(wrapper, "Delete");
    expect(rowsOf(wrapper)[0]).toEqual({ name: "a" });
    await press(wrapper, "ArrowDown", { shiftKey: true });
    const button = (label: string) => wrapper.findAll("button").find((each) => each.text() === label);
    await button("Remove 2 rows")?.trigger("click");
    expect(rowsOf(wrapper)).toEqual([{ name: "c", amount: 3 }]);
    await go(wrapper, 0, 0);
    await button("Add row")?.trigger("click");
    await flushPromises();
    expect(field(wrapper).attributes("aria-label")).toBe("name, row 2");
  });

  it("tells faults by their cells, under the number that stands beside the row, with a way to each", async () => {
    const component = sheetOf();
    const wrapper = await draw(component);
    await go(wrapper, 2, 0);
    await type(wrapper, "Ada");
    await press(wrapper, "Tab");
    await type(wrapper, "many");
    await press(wrapper, "Enter");
    const fault = (path: string, code: FieldErrorCode, type = "") =>
      create(FieldErrorSchema, { componentKey: "k", path, code, text: `At ${path}`, params: { type: toValue(type) } });
    const errors: FieldError[] = [
      fault("rows/0/due", FieldErrorCode.REJECTED),
      fault("rows/0/amount", FieldErrorCode.INVALID_CELL, "number"),
    ];
    await wrapper.setProps({ errors });
    expect(wrapper.text()).toContain("2 cells need attention");
    expect(wrapper.text()).toContain("amount, row 3Enter a number.");
    expect(wrapper.text()).toContain("due, row 3At rows/0/due");
    expect(cell(wrapper, 2, 1).attributes("aria-invalid")).toBe("true");
    const next = wrapper.findAll("button").find((button) => button.text() === "Go to the next");
    await next?.trigger("click");
    await flushPromises();
    const { element } = field(wrapper);
    expect(element.getAttribute("aria-label")).toBe("amount, row 3");
    expect(document.getElementById(element.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      "Enter a number.",
    );
  });

  it("makes the first fault the active cell, so that the form can go there", async () => {
    const wrapper = await draw(sheetOf([{ name: "a", amount: 1 }, { name: "b" }]));
    const errors = [create(FieldErrorSchema, { path: "rows/1/amount", code: FieldErrorCode.REQUIRED, text: "x" })];
    await wrapper.setProps({ errors });
    expect(field(wrapper).attributes()).toMatchObject({ "aria-label": "amount, row 2", "aria-invalid": "true" });
  });

  it("has few rows in the document, however many it holds", async () => {
    const wrapper = await draw(sheetOf(Array.from({ length: 5000 }, (_, i) => ({ name: `n${i}`, amount: i }))));
    expect(wrapper.get("[role=grid]").attributes("aria-rowcount")).toBe("5001");
    expect(wrapper.findAll("tbody tr").length).toBeLessThan(60);
    await go(wrapper, 0, 0);
    await press(wrapper, "End", { ctrlKey: true });
    expect(field(wrapper).attributes("aria-label")).toBe("due, row 5000");
    expect(document.activeElement).toBe(field(wrapper).element);
  });

  it("that cannot be changed is a table", async () => {
    const wrapper = await draw(sheetOf([{ name: "Ada", amount: 1 }]), { disabled: true });
    expect(wrapper.find("[role=grid]").exists()).toBe(false);
    expect(wrapper.find("[data-active]").exists()).toBe(false);
    expect(wrapper.findAll("button")).toHaveLength(0);
    expect(wrapper.get("tbody").text()).toContain("Ada");
  });

  it("reads a file: its columns, its numbers, what it would not take", async () => {
    const wrapper = await draw(sheetOf([{ name: "Ada", amount: 1 }]));
    await wrapper
      .findAll("button")
      .find((button) => button.text() === "Import file")
      ?.trigger("click");
    await vi.dynamicImportSettled();
    await flushPromises();
    const dialog = () => document.querySelector<HTMLElement>("[role=dialog]");
    const input = dialog()?.querySelector<HTMLInputElement>("input[type=file]");
    const csv = "Amount;Name;Due\n1,5;Grace;2024-01-31\n2;Barbara;someday\n";
    const files = [new File([csv], "people.csv", { type: "text/csv" })];
    Object.defineProperty(input, "files", { value: files });
    input?.dispatchEvent(new Event("change", { bubbles: true }));
    await expect.poll(() => dialog()?.textContent).toContain("1 cell will need attention");
    expect(dialog()?.textContent).toContain("“someday” in due, row 2");
    const take = [...(dialog()?.querySelectorAll("button") ?? [])].find((each) => each.textContent === "Import 2 rows");
    take?.click();
    await flushPromises();
    expect(rowsOf(wrapper)).toEqual([
      { name: "Ada", amount: 1 },
      { name: "Grace", amount: 1.5, due: { year: 2024, month: 1, day: 31 } },
      { name: "Barbara", amount: 2, due: "someday" },
    ]);
  });
});

const people = ["Ada", "Grace", "Barbara"].map((label) => ({ key: `s:${label}`, label }));

function searchOf(more: object = {}, multiple = false): Message {
  return ioComponent({ key: "k", label: "Person", multiple, kind: { case: "search", value: more } });
}

/** A host that answers as told, once it is told. */
function host() {
  const asked: Array<{
    query: string;
    signal: AbortSignal;
    answer: (labels: string[]) => void;
    fail: (text: string) => void;
  }> = [];
  const context: Context = {
    fetch: (_call, _key, { kind }, signal) =>
      new Promise((resolve, reject) => {
        asked.push({
          query: kind.case === "search" ? kind.value.query : "",
          signal,
          answer: (labels) => {
            const items = labels.map((label) => ({ key: `s:${label}`, label }));
            resolve(create(IoPageSchema, { kind: { case: "search", value: { items } } }));
          },
          fail: (text) => reject(new ConnectError(text, Code.Aborted)),
        });
      }),
  };
  return { asked, context };
}

async function look(wrapper: Wrapper, query: string): Promise<void> {
  await wrapper.get("input").setValue(query);
  await vi.advanceTimersByTimeAsync(300);
  await flushPromises();
}

const listed = () => [...document.querySelectorAll("[role=option]")].map((option) => option.textContent?.trim());

describe("a search", () => {
  it("shows its initial results first, and gives the one that is chosen", async () => {
    const wrapper = await draw(searchOf({ initialResults: people }));
    await wrapper.get("input").trigger("click");
    await flushPromises();
    expect(listed()).toEqual(["Ada", "Grace", "Barbara"]);
    document.querySelectorAll<HTMLElement>("[role=option]")[1]?.click();
    await flushPromises();
    expect(kindOf(wrapper)).toMatchObject({ case: "search", value: { itemKeys: ["s:Grace"] } });
  });

  it("asks once the typing pauses, drops late answers and tells their host", async () => {
    vi.useFakeTimers();
    const { asked, context } = host();
    const wrapper = await draw(searchOf(), {}, context);
    await wrapper.get("input").setValue("a");
    await look(wrapper, "ad");
    await look(wrapper, "ada");
    expect(asked.map(({ query }) => query)).toEqual(["ad", "ada"]);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    asked[1]?.answer(["Ada"]);
    asked[0]?.answer(["Adam", "Ada"]);
    await flushPromises();
    expect(listed()).toEqual(["Ada"]);
    expect(wrapper.get("[role=status]").text()).toBe("1 result");
  });

  it("offers nothing of an earlier term while it looks", async () => {
    vi.useFakeTimers();
    const { asked, context } = host();
    const wrapper = await draw(searchOf({ initialResults: people }), {}, context);
    await look(wrapper, "x");
    expect(asked).toHaveLength(1);
    expect([...document.querySelectorAll("[role=option]")].every((each) => each.hasAttribute("data-disabled"))).toBe(
      true,
    );
    asked[0]?.answer([]);
    await flushPromises();
    expect(listed()).toEqual(["Nothing matches “x”."]);
  });

  it("shows in place what the program says went wrong, and tries again with Enter", async () => {
    vi.useFakeTimers();
    const { asked, context } = host();
    const wrapper = await draw(searchOf(), {}, context);
    await look(wrapper, "ada");
    asked[0]?.fail("The directory is away.");
    await flushPromises();
    expect(listed().join()).toContain("The directory is away.");
    expect(wrapper.get("[role=status]").text()).toContain("The directory is away. Press Enter to try again.");
    await wrapper.get("input").trigger("keydown", { key: "Enter" });
    await vi.advanceTimersByTimeAsync(1);
    asked[1]?.answer(["Ada"]);
    await flushPromises();
    expect(listed()).toEqual(["Ada"]);
  });

  it("for several keeps what was chosen from lists that are gone", async () => {
    vi.useFakeTimers();
    const { asked, context } = host();
    const wrapper = await draw(searchOf({ defaultValues: [people[2]] }, true), {}, context);
    await look(wrapper, "ada");
    asked[0]?.answer(["Ada"]);
    await flushPromises();
    document.querySelector<HTMLElement>("[role=option]")?.click();
    await flushPromises();
    expect(kindOf(wrapper)).toMatchObject({ value: { itemKeys: ["s:Barbara", "s:Ada"] } });
    await look(wrapper, "zzz");
    expect(wrapper.text()).toContain("Barbara");
    expect(wrapper.text()).toContain("Ada");
  });

  it("that was answered shows what was chosen", async () => {
    const component = searchOf({ chosenItems: [{ key: "h:abc", label: "Ada Lovelace" }] });
    const modelValue = ioValue({ kind: { case: "search", value: { itemKeys: ["h:abc"] } } });
    const wrapper = await draw(component, { disabled: true, modelValue });
    await flushPromises();
    expect(wrapper.get("input").element.value).toBe("Ada Lovelace");
  });
});

describe("a select", () => {
  it("of many options has few of them in the document, and finds by typing", async () => {
    const options = Array.from({ length: 1000 }, (_, i) => ({ key: `n:${i}`, label: `Product ${i}` }));
    const wrapper = await draw(
      ioComponent({ key: "k", label: "Product", kind: { case: "selectSingle", value: { options } } }),
    );
    await wrapper.get("input").trigger("click");
    await flushPromises();
    expect(document.querySelectorAll("[role=option]").length).toBeLessThan(100);
  });

  it("says how many may be chosen", async () => {
    const value = { options: people, minSelections: 1, maxSelections: 2 };
    const wrapper = await draw(ioComponent({ key: "k", label: "People", kind: { case: "selectMultiple", value } }));
    const group = wrapper.get("[role=group]");
    const hint = document.getElementById((group.attributes("aria-describedby") ?? "").split(" ").at(-1) ?? "");
    expect(hint?.textContent).toContain("Choose 1 to 2.");
  });
});
