import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  DisplayTablePageSchema,
  type IoFetch,
  type IoPage,
  IoPageSchema,
  type TableQuery,
  type TableSchema,
  toValue,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import IoComponent from "./IoComponent.vue";

let hidden = false;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => (hidden ? "hidden" : "visible"));
});
afterEach(() => {
  hidden = false;
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.innerHTML = "";
});

/** Rows of a version, as a host answers them. */
function pageOf({ offset, pageSize }: { offset: bigint; pageSize: number }, version: number, total = 25) {
  const from = Number(offset);
  const length = Math.max(0, Math.min(total, from + pageSize) - from);
  const rows = Array.from({ length }, (_, i) => ({
    key: `n:${from + i}`,
    cells: { name: { value: toValue(`Row ${from + i} v${version}`) } },
  }));
  return { rows, offset, totalRows: BigInt(total), hasMore: from + length < total };
}

/** A table whose host has other rows each time that it reads them again. */
class Screen {
  readonly queries: TableQuery[] = [];
  version = 1;
  total = 25;
  failure: ConnectError | undefined;
  /** Answers wait for this. */
  hold: Promise<void> | undefined;
  readonly wrapper;

  constructor(refreshEvery?: number) {
    this.wrapper = mountIo(IoComponent, this.#props(refreshEvery), { fetch: (...args) => this.#answer(args[2]) });
  }

  #props(refreshEvery?: number) {
    const table: MessageInitShape<typeof TableSchema> = {
      columns: [{ key: "name", label: "Name" }],
      firstPage: pageOf({ offset: 0n, pageSize: 10 }, 1),
      pageSize: 10,
      sortable: true,
      filterable: true,
      refreshable: true,
      refreshEvery: refreshEvery === undefined ? undefined : durationFromMs(refreshEvery),
    };
    const component = ioComponent({ key: "k", label: "Rows", kind: { case: "displayTable", value: { table } } });
    return { component, errors: [], disabled: false };
  }

  async #answer({ kind }: IoFetch): Promise<IoPage> {
    if (kind.case !== "displayTable" || kind.value.ask.case !== "query") throw new Error("This asks for no rows.");
    const query = kind.value.ask.value;
    this.queries.push(query);
    await this.hold;
    if (this.failure) throw this.failure;
    if (query.reload) this.version++;
    const value = create(DisplayTablePageSchema, {
      answer: { case: "page", value: pageOf(query, this.version, this.total) },
    });
    return create(IoPageSchema, { kind: { case: "displayTable", value } });
  }

  get first(): string | undefined {
    return this.wrapper.find("tbody tr").text();
  }

  async press(name: string): Promise<void> {
    await this.wrapper.get(`button[aria-label="${name}"]`).trigger("click");
    await pass(0);
  }

  async look(visible: boolean): Promise<void> {
    hidden = !visible;
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
  }
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await flushPromises();
}

it("reads the rows again by its button, in place", async () => {
  const screen = new Screen();
  await screen.press("Refresh Rows");
  expect(screen.queries.map(({ reload, offset }) => [reload, offset])).toEqual([[true, 0n]]);
  expect(screen.first).toContain("Row 0 v2");
});

it("keeps sort and page, and fetches the first page after that instead of showing the old one", async () => {
  const screen = new Screen();
  await screen.press("Next page");
  await screen.press("Refresh Rows");
  expect(screen.queries.at(-1)).toMatchObject({ reload: true, offset: 10n });
  expect(screen.first).toContain("Row 10 v2");
  await screen.press("Previous page");
  expect(screen.queries.at(-1)).toMatchObject({ reload: false, offset: 0n });
  expect(screen.first).toContain("Row 0 v2");
});

it("goes to the last page where the rows on screen are gone", async () => {
  const screen = new Screen();
  await screen.press("Next page");
  await screen.press("Next page");
  expect(screen.first).toContain("Row 20");
  screen.total = 12;
  await screen.press("Refresh Rows");
  await pass(0);
  expect(screen.first).toContain("Row 10 v2");
});

it("refreshes by itself, one at a time, and not while nobody can see it", async () => {
  const screen = new Screen(5000);
  await pass(4900);
  expect(screen.queries).toHaveLength(0);
  let release = () => {};
  screen.hold = new Promise((resolve) => {
    release = resolve;
  });
  await pass(20_000);
  expect(screen.queries).toHaveLength(1);
  release();
  await pass(0);
  expect(screen.first).toContain("v2");
  await screen.look(false);
  await pass(60_000);
  expect(screen.queries).toHaveLength(1);
  await screen.look(true);
  expect(screen.queries).toHaveLength(2);
  screen.wrapper.unmount();
  await pass(60_000);
  expect(screen.queries).toHaveLength(2);
});

it("keeps the rows and says so when it fails, and tries again after longer and longer", async () => {
  const screen = new Screen(1000);
  screen.failure = new ConnectError("The database is away.", Code.Unknown);
  await pass(1000);
  expect(screen.first).toContain("Row 0 v1");
  expect(screen.wrapper.text()).toContain("Not refreshed: The database is away.");
  expect(screen.wrapper.find("[role=alert]").exists()).toBe(false);
  await pass(1000);
  expect(screen.queries).toHaveLength(1);
  await pass(1000);
  expect(screen.queries).toHaveLength(2);
  screen.failure = undefined;
  await pass(4000);
  expect(screen.first).toContain("Row 0 v2");
  expect(screen.wrapper.text()).not.toContain("Not refreshed");
});
