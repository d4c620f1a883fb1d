import { ChartKind, fromValue, limits, MediaSize, MetadataLayout, Theme } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { createIo } from "./io.ts";
import { error, only, pending, sent, shown } from "./shown.test-util.ts";

const io = createIo(() => undefined);
const png = Uint8Array.from("\x89PNG\r\n", (letter) => letter.charCodeAt(0));
const mp4 = Uint8Array.from("\0\0\0\x20ftypisom", (letter) => letter.charCodeAt(0));

describe("an image", () => {
  it("is an address, by either spelling of its size", () => {
    const url = "https://example.com/a.png";
    const image = { source: { case: "url", value: url }, alt: "A", size: MediaSize.SMALL };
    expect(sent(io.display.image("I", { url, alt: "A", size: "small" })).value).toMatchObject({ image });
    expect(sent(io.display.image("I", { url, alt: "A", width: "small" })).value).toMatchObject({ image });
    expect(sent(io.display.image("I", { url, alt: "A", height: "small" })).value).toMatchObject({ image });
  });

  it("of bytes is stored before it is shown, once", async () => {
    const store = new MemoryAssets();
    const { component, uploads } = only(io.display.image("I", { buffer: png }), store);
    expect(uploads.isNeeded).toBe(true);
    await uploads.done();
    expect(component.kind.value).toMatchObject({ image: { source: { case: "assetId", value: "asset_1" } } });
    expect([...store.stored.values()]).toMatchObject([{ bytes: png, mediaType: "image/png" }]);
  });

  it("of bytes that are on their way is stored once they are there", async () => {
    const { component, built, uploads } = only(io.display.image("I", { buffer: async () => png }));
    expect(uploads.isNeeded).toBe(false);
    await built.later?.({ changed: () => undefined });
    await uploads.done();
    expect(component.kind.value).toMatchObject({ image: { source: { case: "assetId" } } });
  });
});

describe("a video", () => {
  it("is an address or bytes", async () => {
    const url = "https://example.com/a.mp4";
    expect(sent(io.display.video("V", { url, loop: true, muted: true, size: "large" })).value).toMatchObject({
      source: { case: "url", value: url },
      loop: true,
      muted: true,
      size: MediaSize.LARGE,
    });
    const { component, uploads } = only(io.display.video("V", { buffer: mp4 }));
    await uploads.done();
    expect(component.kind.value).toMatchObject({ source: { case: "assetId" } });
  });
});

describe("a link", () => {
  it("leads to an address, a route, or a route by its older name", () => {
    const url = "https://example.com/a.pdf";
    expect(sent(io.display.link("L", { url, download: "A.pdf", theme: "danger" })).value).toMatchObject({
      link: { target: { case: "url", value: url }, download: "A.pdf" },
      theme: Theme.DANGER,
    });
    const route = { link: { target: { case: "route", value: { path: "users/edit" } } } };
    const params = { id: 5 };
    expect(sent(io.display.link("L", { route: "users/edit", params })).value).toMatchObject(route);
    expect(sent(io.display.link("L", { action: "users/edit", params })).value).toMatchObject(route);
  });
});

describe("metadata", () => {
  it("has a key, a link and a picture for each item", () => {
    const data = [
      { label: "Name", value: "Ada", route: "users/edit", params: { id: 5 } },
      { label: "Name", value: 5n, image: { url: "https://example.com/a.png" } },
      { label: "Name", key: "own" },
    ];
    expect(sent(io.display.metadata("M", { data, layout: "card" })).value).toMatchObject({
      layout: MetadataLayout.CARD,
      items: [
        { key: "Name", link: { target: { case: "route", value: { path: "users/edit" } } } },
        { key: "Name#2", value: { kind: { case: "int64Value" } }, image: { source: { case: "url" } } },
        { key: "own" },
      ],
    });
  });

  it("shows each part once it is there, in whatever order, and an error in its place", async () => {
    const slow = Promise.withResolvers<string>();
    const screens = await shown(
      io.display.metadata("M", {
        data: [
          { label: "Slow", value: slow.promise },
          { label: "Fast", value: () => 5, url: async () => "https://example.com" },
          { label: "Bad", value: Promise.reject(new Error("No balance.")), url: Promise.resolve("javascript:x") },
        ],
      }),
      (changes) => {
        if (changes === 4) slow.resolve("late");
      },
    );
    expect(screens[0]).toMatchObject({ items: [pending, pending, pending] });
    const fast = { key: "Fast", label: "Fast", value: { doubleValue: 5 }, link: { url: "https://example.com" } };
    const bad = { key: "Bad", label: "Bad", ...error("No balance.") };
    expect(screens.at(-2)).toMatchObject({ items: [{ key: "Slow", label: "Slow", ...pending }, fast, bad] });
    expect(screens.at(-1)).toEqual({
      layout: "METADATA_LAYOUT_GRID",
      items: [{ key: "Slow", label: "Slow", value: { stringValue: "late" } }, fast, bad],
    });
  });

  it("may be on its way as a whole, with parts that take longer still", async () => {
    const screens = await shown(io.display.metadata("M", { data: async () => [{ label: "A", value: async () => 1 }] }));
    const layout = "METADATA_LAYOUT_GRID";
    expect(screens).toEqual([
      { layout, ...pending },
      { layout, items: [{ key: "A", label: "A", ...pending }] },
      { layout, items: [{ key: "A", label: "A", value: { doubleValue: 1 } }] },
    ]);
  });
});

describe("HTML, code and values", () => {
  it("are shown as they are given", () => {
    expect(sent(io.display.html("H", { html: "<b>x</b>" }))).toMatchObject({ value: { html: "<b>x</b>" } });
    expect(sent(io.display.code("C", { code: "x", language: "ts" })).value).toMatchObject({
      code: "x",
      language: "ts",
    });
  });

  const url = "https://example.com";
  it.each([
    ["html", io.display.html("H", { html: async () => "<p>" }), { html: "<p>" }],
    ["code", io.display.code("C", { code: Promise.resolve("x") }), { code: "x" }],
    ["object", io.display.object("O", { data: () => 5 }), { data: { doubleValue: 5 } }],
    ["link", io.display.link("L", { url: async () => url }), { link: { url } }],
    ["image", io.display.image("I", { url: async () => url }), { image: { url } }],
    ["video", io.display.video("V", { url: async () => url }), { url }],
  ])("%s may be on its way", async (_kind, asked, there) => {
    expect(await shown(asked)).toEqual([pending, there]);
  });
});

describe("a chart", () => {
  const data = [
    { month: "Jan", sales: 1, orders: 2n, secret: "x" },
    { month: "Feb", sales: null, orders: 0n, secret: "y" },
  ];

  it("sends the fields that it draws, and no others", () => {
    const { value } = sent(
      io.display.chart("C", { kind: "bar", data, x: "month", y: ["sales", "orders"], stacked: true }),
    );
    expect(value).toMatchObject({ kind: ChartKind.BAR, x: "month", y: ["sales", "orders"], stacked: true });
    const rows = value && "rows" in value ? value.rows : [];
    const plain = rows.map((row) => row.fields.map(({ name, value }) => [name, fromValue(value)]));
    expect(plain[1]).toEqual([
      ["month", "Feb"],
      ["sales", null],
      ["orders", 0n],
    ]);
    expect(sent(io.display.chart("C", { kind: "line", data, x: "month", y: "sales" })).value).toMatchObject({
      y: ["sales"],
    });
  });

  it("has a gap where there is no finite number, with a warning, and never fails for it", () => {
    const rows = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined, 2].map((a, x) => ({
      x,
      a,
    }));
    for (const kind of ["line", "pie"] as const) {
      const { component, warnings } = only(io.display.chart("C", { kind, data: rows, x: "x", y: "a" }));
      const value = component.kind.case === "displayChart" ? component.kind.value : undefined;
      const heights = value?.rows.map(({ fields }) => fromValue(fields[1]?.value));
      expect(heights).toEqual([undefined, undefined, undefined, undefined, 2]);
      expect(warnings).toEqual([
        'io.display.chart: "data[0].a" is NaN, which leaves a gap.',
        'io.display.chart: "data[1].a" is Infinity, which leaves a gap.',
        'io.display.chart: "data[2].a" is -Infinity, which leaves a gap.',
      ]);
    }
  });

  it("reads own fields of any name, and none that all objects inherit", () => {
    const data = [JSON.parse('{"__proto__": "a", "constructor": 1}'), {}];
    const { component } = only(io.display.chart("C", { kind: "bar", data, x: "__proto__", y: "constructor" }));
    const value = component.kind.case === "displayChart" ? component.kind.value : undefined;
    expect(value?.rows.map(({ fields }) => fields.map(({ value }) => fromValue(value)))).toEqual([
      ["a", 1],
      [undefined, undefined],
    ]);
  });

  it("may be on its way, and says what is wrong with what arrives", async () => {
    const chart = (rows: object[]) =>
      io.display.chart("C", { kind: "pie", data: async () => rows as typeof data, x: "month", y: "sales" });
    const [before, after] = await shown(chart(data));
    expect(before).toEqual({ kind: "CHART_KIND_PIE", x: "month", y: ["sales"], ...pending });
    expect(after).toMatchObject({ rows: [{}, {}] });
    expect(after).not.toHaveProperty("eventual");
    expect((await shown(chart([{ month: "Jan", sales: "1" }])))[1]).toMatchObject(
      error('io.display.chart: "data[0].sales" must be a number, but it is "1" (a string).'),
    );
  });
});

describe("a malformed display", () => {
  const huge = new Uint8Array(limits.hostAssetBytes + 1);
  huge.set(png);
  const rows = Array.from({ length: limits.chartPoints / 2 + 1 }, (_, x) => ({ x, a: x, b: x }));
  const chart = (props: object) => io.display.chart("C", { kind: "line", data: rows, x: "x", y: "a", ...props });

  it.each([
    [() => io.display.image("I", {}), /io.display.image: "url" must be an address, unless there is a "buffer"/],
    [() => io.display.image("I", { url: "x", buffer: png }), /"buffer" must be left out where there is a "url"/],
    [() => io.display.image("I", { url: "file:///a" }), /"url" must begin with https:/],
    [() => io.display.image("I", { buffer: mp4 }), /"buffer" must hold the bytes of a PNG/],
    [
      () => io.display.image("I", { buffer: () => png, size: "huge" as never }),
      /"size" of io.display.image must be one/,
    ],
    [() => io.display.video("V", { url: "data:video/mp4,x" }), /"url" must be an address that begins with https:/],
    [() => io.display.video("V", { buffer: png }), /"buffer" must hold the bytes of an MP4/],
    [() => io.display.image("I", { buffer: huge }), /"buffer" has 52428801 bytes; at most 52428800 can be shown/],
    [() => io.display.link("L", {}), /io.display.link needs a "url" or a "route"/],
    [() => io.display.link("L", { url: "javascript:alert(1)" }), /must be an absolute address/],
    [() => io.display.html("H", { html: 5 as never }), /io.display.html: "html" must be a string/],
    [() => io.display.code("C", {} as never), /io.display.code: "code" must be a string, but it is undefined/],
    [() => io.display.metadata("M", { data: {} as never }), /"data" must be an array of \{ label, value \}/],
    [() => io.display.metadata("M", { data: ["x" as never] }), /"data\[0\]" must be \{ label, value \}/],
    [() => io.display.metadata("M", { data: [{ label: 5 as never }] }), /"data\[0\]": "label" must be a string/],
    [() => io.display.grid("G", { data: [] } as never), /"renderItem" must be a function/],
    [() => io.display.grid("G", { renderItem: () => ({}) } as never), /"data" must be an array of items/],
    [
      () => io.display.grid("G", { data: [1, undefined], renderItem: () => ({}) }),
      /"data\[1\]" must be an item, but it is undefined/,
    ],
    [
      () => io.display.metadata("M", { data: [{ label: "A" }, new Map() as never] }),
      /"data\[1\]" must be \{ label, value \}/,
    ],
    [() => io.display.grid("G", { data: [1], renderItem: () => 5 as never }), /"renderItem" must return \{ label/],
    [() => io.display.grid("G", { data: [1], renderItem: () => ({ menu: 5 as never }) }), /"menu" must be an array/],
    [
      () => io.display.grid("G", { data: [1], renderItem: async () => ({}) } as never),
      /a promise that was not awaited/,
    ],
    [() => chart({ kind: "radar" }), /"kind" must be one of/],
    [() => chart({ y: [] }), /"y" must be the name of a field/],
    [() => chart({ kind: "pie", y: ["a", "b"] }), /"y" must be one field: a pie shows one whole/],
    [() => chart({ y: ["a", "b"] }), /has 5002 points \(2501 rows, 2 in "y"\); at most 5000 can be drawn/],
    [() => chart({ data: [{ x: 1, a: "1" }] }), /"data\[0\].a" must be a number, but it is "1"/],
    [() => chart({ data: [{ x: 1, a: 1 }, undefined] }), /"data\[1\]" must be an object, but it is undefined/],
    [() => chart({ data: [[7, 8]] }), /"data\[0\]" must be an object, but it is an array/],
    [() => chart({ kind: "pie", data: [{ x: 1, a: -1 }] }), /"data\[0\].a" must be a number of at least 0 in a pie/],
  ])("%s says what is wrong", (make, message) => {
    expect(() => only(make())).toThrow(message);
  });
});
