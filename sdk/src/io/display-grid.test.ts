import { create } from "@bufbuild/protobuf";
import { ImageFit, IoFetchSchema } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { createIo } from "./io.ts";
import { error, only, pending, sent, shown } from "./shown.test-util.ts";
import type { TableState } from "./table/props.ts";

const io = createIo(() => undefined);
const png = Uint8Array.from("\x89PNG\r\n", (letter) => letter.charCodeAt(0));

interface Trail {
  id?: number;
  name: string;
}

describe("a grid", () => {
  const trails: Trail[] = Array.from({ length: 45 }, (_, id) => ({ id, name: `Trail ${id}` }));
  const renderItem = ({ name }: Trail) => ({ label: name, description: "Steep", route: "trail", params: { name } });

  /** What its host answers when more is asked for. */
  async function page(asked: Parameters<typeof only>[0], query: object) {
    const fetch = create(IoFetchSchema, { kind: { case: "displayGrid", value: { query } } });
    const { kind } = (await only(asked).built.serve?.(fetch, new AbortController().signal)) ?? {};
    const { page } = kind?.case === "displayGrid" ? kind.value : {};
    return { ...page, labels: page?.items.map(({ label }) => label), keys: page?.items.map(({ key }) => key) };
  }

  it("renders what is looked at, and no more", async () => {
    const render = vi.fn(renderItem);
    const asked = io.display.grid("G", {
      data: trails,
      renderItem: render,
      defaultPageSize: 10,
      idealColumnWidth: 200,
    });
    expect(sent(asked).value).toMatchObject({
      pageSize: 10,
      idealColumnWidth: 200,
      filterable: true,
      firstPage: { totalItems: 45n, hasMore: true, offset: 0n },
    });
    expect(render).toHaveBeenCalledTimes(10);
    expect(await page(asked, { offset: 40n, pageSize: 10 })).toMatchObject({
      keys: ["n:40", "n:41", "n:42", "n:43", "n:44"],
      hasMore: false,
    });
  });

  it("finds items by what their cards show", async () => {
    const asked = io.display.grid("G", { data: trails, renderItem });
    expect(await page(asked, { queryTerm: " trail 4", pageSize: 20 })).toMatchObject({
      labels: ["Trail 4", "Trail 40", "Trail 41", "Trail 42", "Trail 43", "Trail 44"],
      totalItems: 6n,
    });
    expect(await page(asked, { queryTerm: "STEEP", pageSize: 20, offset: 20n })).toMatchObject({ totalItems: 45n });
    expect(await page(asked, { queryTerm: "flat", pageSize: 20 })).toMatchObject({ labels: [], totalItems: 0n });
  });

  it("of items that are fetched is a skeleton first, and pages go to the program", async () => {
    const getData = vi.fn(async ({ offset, pageSize }: TableState) => ({
      data: trails.slice(offset, offset + pageSize).map(({ name }) => ({ name })),
    }));
    const asked = io.display.grid("G", { getData, renderItem, defaultPageSize: 30 });
    const [first, then] = await shown(asked);
    expect(first).toMatchObject({ pageSize: 30, ...pending });
    expect(then).toMatchObject({ firstPage: { hasMore: true } });
    const order = { sortColumn: null, sortDirection: null };
    const next = await page(asked, { queryTerm: "x", offset: 30n, pageSize: 30 });
    expect([next.totalItems, next.hasMore]).toEqual([undefined, false]);
    expect(new Set(next.keys).size).toBe(15);
    expect(getData.mock.calls.map(([state]) => state)).toEqual([
      { ...order, queryTerm: undefined, offset: 0, pageSize: 30 },
      { ...order, queryTerm: "x", offset: 30, pageSize: 30 },
    ]);
  });

  it("tells alike items apart, and the same item is the same on every page", async () => {
    const getData = async () => ({ data: [{ name: "a" }, { name: "a" }, { name: "b" }], totalRecords: 3n });
    const { keys, totalItems } = await page(io.display.grid("G", { getData, renderItem }), {});
    const again = await page(io.display.grid("G", { getData, renderItem }), { offset: 1n });
    expect([new Set(keys).size, again.keys, totalItems]).toEqual([3, keys, 3n]);
  });

  it("shows in its place why items do not come", async () => {
    const getData = () => Promise.reject(new Error("The database is away."));
    expect((await shown(io.display.grid("G", { getData, renderItem })))[1]).toMatchObject(
      error("The database is away."),
    );
    const data = async () => "none" as never;
    expect((await shown(io.display.grid("G", { data, renderItem })))[1]).toMatchObject(
      error(
        'io.display.grid: "data" must be an array of items, unless there is a "getData", but it is "none" (a string).',
      ),
    );
    await expect(page(io.display.grid("G", { getData: () => 5 as never, renderItem }), {})).rejects.toThrow(
      /"getData" must return \{ data, totalRecords\? \}, but it returned 5/,
    );
  });

  it("whose data is a function calls it again when it is asked again; a promise that was rejected stays so", async () => {
    const data = vi.fn(async () => trails).mockRejectedValueOnce(new Error("Busy."));
    const asked = only(io.display.grid("G", { data, renderItem }));
    const changed = vi.fn();
    await asked.built.later?.({ changed });
    const value = asked.built.kind.case === "displayGrid" ? asked.built.kind.value : undefined;
    expect(value).toMatchObject({ retriable: true, eventual: { state: { case: "error", value: "Busy." } } });
    const fetch = create(IoFetchSchema, { kind: { case: "displayGrid", value: { query: { pageSize: 20 } } } });
    const page = await asked.built.serve?.(fetch, new AbortController().signal);
    expect(page?.kind).toMatchObject({ value: { page: { totalItems: 45n } } });
    // Whoever looks later sees the items too.
    expect(value).toMatchObject({ eventual: undefined, firstPage: { totalItems: 45n } });
    expect([data, changed].map(({ mock }) => mock.calls.length)).toEqual([2, 2]);

    const lost = only(io.display.grid("G", { data: Promise.reject(new Error("Gone.")), renderItem }));
    await lost.built.later?.({ changed });
    expect(lost.built.kind.value).toMatchObject({ retriable: false, eventual: { state: { value: "Gone." } } });
    await expect(lost.built.serve?.(fetch, new AbortController().signal)).rejects.toThrow("Gone.");
  });

  it("has pictures of bytes stored before a page is shown", async () => {
    const asked = io.display.grid("G", { data: trails, renderItem: () => ({ image: { buffer: png, fit: "cover" } }) });
    const { items } = await page(asked, { pageSize: 1 });
    expect(items).toMatchObject([{ image: { source: { case: "assetId" }, fit: ImageFit.COVER } }]);
  });
});
