import { create } from "@bufbuild/protobuf";
import {
  ChartKind,
  GridPageSchema,
  ImageFit,
  IoPageSchema,
  MediaSize,
  type IoComponent as Message,
  MetadataLayout,
  Theme,
  toValue,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import IoComponent from "./IoComponent.vue";

afterEach(() => {
  document.body.innerHTML = "";
});

type Kind = Parameters<typeof ioComponent>[0]["kind"];

function draw(kind: Kind, label = "Shown", context: Parameters<typeof mountIo>[2] = {}) {
  const component: Message = ioComponent({ key: "k", label, kind });
  return mountIo(IoComponent, { component, errors: [], disabled: false }, context);
}

const source = { case: "url" as const, value: "https://example.com/a.png" };
const url = (value: string) => ({ target: { case: "url" as const, value } });
const route = (path: string) => ({ target: { case: "route" as const, value: { path } } });
const pending = { state: { case: "pending" as const, value: {} } };
const failed = { state: { case: "error" as const, value: "The bank is closed." } };
const record = (fields: Record<string, unknown>) => ({
  fields: Object.entries(fields).map(([name, value]) => ({ name, value: toValue(value) })),
});

describe("an image", () => {
  const image = { source, alt: "A cat", size: MediaSize.SMALL, fit: ImageFit.COVER, aspectRatio: 2 };

  it("is loaded when it is looked at, and tells nobody where", () => {
    const img = draw({ case: "displayImage", value: { image } }).get("img");
    expect(img.attributes()).toMatchObject({
      src: source.value,
      alt: "A cat",
      loading: "lazy",
      referrerpolicy: "no-referrer",
    });
    expect(img.classes()).toEqual(expect.arrayContaining(["w-40", "object-cover"]));
  });

  it("that is stored comes from this origin", () => {
    const stored = { ...image, source: { case: "assetId" as const, value: "asset_1" } };
    const img = draw({ case: "displayImage", value: { image: stored } }).get("img");
    expect(img.attributes("src")).toBe("/assets/asset_1");
  });

  it("that is broken says what it would have shown", async () => {
    const wrapper = draw({ case: "displayImage", value: { image } });
    await wrapper.get("img").trigger("error");
    expect(wrapper.find("img").exists()).toBe(false);
    expect(wrapper.text()).toContain("A cat");
    expect(wrapper.text()).toContain("could not be shown");
  });

  it.each(["javascript:alert(1)", "http://example.com/a.png", "data:text/html,x"])("at %s is not loaded", (value) => {
    const wrapper = draw({ case: "displayImage", value: { image: { ...image, source: { case: "url", value } } } });
    expect(wrapper.find("img").exists()).toBe(false);
    expect(wrapper.text()).toContain("could not be shown");
  });
});

describe("a video", () => {
  const value = { source: { ...source, value: "https://example.com/a.mp4" }, loop: true };

  it("has controls, and plays by itself only as a silent loop", () => {
    const sound = draw({ case: "displayVideo", value }).get("video").element;
    expect([sound.controls, sound.loop, sound.autoplay]).toEqual([true, true, false]);
    const silent = draw({ case: "displayVideo", value: { ...value, muted: true } }).get("video").element;
    expect([silent.muted, silent.autoplay]).toEqual([true, true]);
  });

  it("that is broken says so", async () => {
    const wrapper = draw({ case: "displayVideo", value });
    await wrapper.get("video").trigger("error");
    expect(wrapper.text()).toContain("could not be shown");
  });
});

describe("a link", () => {
  it("to an address opens in a tab of its own, or is saved", () => {
    const link = { ...url("https://example.com/a.pdf"), download: "A.pdf" };
    const anchor = draw({ case: "displayLink", value: { link } }, "Invoice").get("a");
    expect(anchor.text()).toBe("Invoice");
    expect(anchor.attributes()).toMatchObject({ target: "_blank", rel: "noopener noreferrer", download: "A.pdf" });
  });

  it("to a route is followed by the screen", async () => {
    const follow = vi.fn();
    const value = { link: route("users/edit"), theme: Theme.DANGER };
    const anchor = draw({ case: "displayLink", value }, "Edit", { follow }).get("a");
    expect(anchor.attributes("href")).toBe("/main/development/actions/users/edit");
    await anchor.trigger("click");
    expect(follow).toHaveBeenCalledWith(expect.objectContaining({ path: "users/edit" }));
  });

  it("with a scheme that runs code is a text", () => {
    const wrapper = draw({ case: "displayLink", value: { link: url("javascript:alert(1)") } }, "Bad");
    expect(wrapper.find("a").exists()).toBe(false);
    expect(wrapper.text()).toContain("Bad");
  });
});

describe("metadata", () => {
  const items = [
    { key: "name", label: "Name", value: toValue("Ada"), link: route("users/edit") },
    { key: "since", label: "Since", value: toValue(1234.5), image: { source, alt: "Logo" } },
    { key: "late", label: "Balance", eventual: pending },
    { key: "bad", label: "Risk", eventual: failed },
    { key: "none", label: "Notes" },
  ];

  it.each([MetadataLayout.UNSPECIFIED, MetadataLayout.GRID, MetadataLayout.LIST, MetadataLayout.CARD])(
    "in layout %s shows labels and values, skeletons, and errors in their place",
    (layout) => {
      const wrapper = draw({ case: "displayMetadata", value: { items, layout } });
      expect(wrapper.findAll("dt").map((term) => term.text())).toEqual(["Name", "Since", "Balance", "Risk", "Notes"]);
      const [name, since, late, bad, none] = wrapper.findAll("dd");
      expect(name?.get("a").text()).toBe("Ada");
      expect(since?.text()).toBe("1,234.5");
      expect(since?.get("img").attributes("alt")).toBe("Logo");
      expect(late?.find(".animate-pulse").exists()).toBe(true);
      expect(bad?.text()).toBe("The bank is closed.");
      expect(none?.text()).toBe("–");
    },
  );

  it("shows a value whose picture is still on its way", () => {
    const item = { key: "a", label: "A", value: toValue("there"), eventual: pending };
    const wrapper = draw({ case: "displayMetadata", value: { items: [item] } });
    expect(wrapper.get("dd").text()).toBe("there");
  });
});

describe("HTML", () => {
  it("is shown once what cuts it down is there", async () => {
    const wrapper = draw({ case: "displayHtml", value: { html: "Some <mark>text</mark>" } });
    await expect.poll(() => wrapper.find("mark").text()).toBe("text");
  });
});

describe("code", () => {
  it.each(["typescript", "ts", " TSX "])("in %s is coloured, and everything in it stays text", async (language) => {
    const wrapper = draw({ case: "displayCode", value: { code: "const a = '<b>x</b>';", language } });
    expect(wrapper.get("pre").attributes("tabindex")).toBe("0");
    await expect.poll(() => wrapper.find(".hljs-keyword").exists()).toBe(true);
    expect(wrapper.get("pre").text()).toBe("const a = '<b>x</b>';");
    expect(wrapper.find("pre b").exists()).toBe(false);
  });

  it.each([undefined, "klingon"])("in %s is plain", async (language) => {
    const wrapper = draw({ case: "displayCode", value: { code: "const a = 1;", language } });
    await flushPromises();
    expect(wrapper.find(".hljs-keyword").exists()).toBe(false);
    expect(wrapper.get("pre").text()).toBe("const a = 1;");
  });
});

describe("a chart", () => {
  const rows = [record({ month: "Jan", sales: 1234.5 }), record({ month: "Feb", sales: null })];

  it("has the same data as a table", async () => {
    const wrapper = draw({ case: "displayChart", value: { kind: ChartKind.BAR, rows, x: "month", y: ["sales"] } });
    const [, table] = wrapper.findAll("[role=group] button");
    expect(table?.attributes("aria-label")).toBe("Table");
    await table?.trigger("click");
    expect(table?.attributes("aria-pressed")).toBe("true");
    expect(wrapper.findAll("thead th").map((cell) => cell.text())).toEqual(["month", "sales"]);
    expect(wrapper.findAll("tbody tr").map((row) => row.text())).toEqual(["Jan1,234.5", "Feb–"]);
  });

  it("of a newer kind is the table alone", () => {
    const wrapper = draw({ case: "displayChart", value: { rows, x: "month", y: ["sales"] } });
    expect(wrapper.findAll("tbody tr")).toHaveLength(2);
    expect(wrapper.find("[role=group]").exists()).toBe(false);
  });
});

describe("a grid", () => {
  const menu = [{ label: "Edit", link: route("users/edit") }];
  const items = ["a", "b"].map((key) => ({ key, label: `Item ${key}`, description: "Text", image: { source }, menu }));
  const linked = { key: "c", label: "Linked", link: route("users/edit") };
  const value = { firstPage: { items: [...items, linked], totalItems: 5n }, pageSize: 3, filterable: true };
  const second = create(IoPageSchema, {
    kind: {
      case: "displayGrid",
      value: { page: create(GridPageSchema, { items: [{ key: "d", label: "Item d" }], offset: 3n, totalItems: 5n }) },
    },
  });

  it("shows cards in columns of about the width that the program wants, rather a little narrower", () => {
    const wrapper = draw({ case: "displayGrid", value: { ...value, idealColumnWidth: 300 } });
    expect(wrapper.findAll("li")).toHaveLength(3);
    expect(wrapper.get("ul").attributes("style")).toContain("258px");
    expect(wrapper.find("button[aria-label='Menu of Item a']").exists()).toBe(true);
    expect(wrapper.findAll("li a").map((link) => link.text())).toEqual(["Linked"]);
    expect(wrapper.text()).toContain("1 – 3 of 5");
  });

  it("asks its host for pages and for what is filtered", async () => {
    const fetch = vi.fn(async () => second);
    const wrapper = draw({ case: "displayGrid", value }, "Items", { fetch });
    await wrapper.get("button[aria-label='Next page']").trigger("click");
    await expect.poll(() => wrapper.text()).toContain("Item d");
    await wrapper.get("input[type=search]").setValue("d");
    await expect.poll(() => fetch.mock.calls.length).toBe(2);
    const asked = fetch.mock.calls.map((call: unknown[]) => call[2]);
    expect(asked).toMatchObject([
      { kind: { value: { query: { queryTerm: "", offset: 3n, pageSize: 3 } } } },
      { kind: { value: { query: { queryTerm: "d", offset: 0n, pageSize: 3 } } } },
    ]);
  });

  it("whose first page failed is asked for anew where that can help", async () => {
    const fetch = vi.fn(async () => second);
    const failed = {
      eventual: { state: { case: "error", value: "The index is being rebuilt." } },
      pageSize: 3,
    } as const;
    const final = draw({ case: "displayGrid", value: failed }).get("[role=alert]");
    expect([final.text(), final.find("button").exists()]).toEqual(["The index is being rebuilt.", false]);
    const wrapper = draw({ case: "displayGrid", value: { ...failed, retriable: true } }, "Items", { fetch });
    expect(wrapper.get("[role=alert]").text()).toContain("The index is being rebuilt.");
    await wrapper.get("[role=alert] button").trigger("click");
    await expect.poll(() => wrapper.text()).toContain("Item d");
    expect(wrapper.find("[role=alert]").exists()).toBe(false);
  });

  it("says why a page does not come, with a way to try again", async () => {
    const wrapper = draw({ case: "displayGrid", value });
    await wrapper.get("button[aria-label='Next page']").trigger("click");
    await expect.poll(() => wrapper.find("[role=alert]").exists()).toBe(true);
    expect(wrapper.get("[role=alert]").text()).toContain("This host answers nothing.");
  });
});

describe("what is on its way", () => {
  const kinds = [
    "displayHtml",
    "displayCode",
    "displayObject",
    "displayImage",
    "displayVideo",
    "displayLink",
    "displayMetadata",
    "displayTable",
    "displayGrid",
    "displayChart",
  ] as const;

  it.each(kinds)("%s is a skeleton first, or an error in its place", (kind) => {
    const waiting = draw({ case: kind, value: { eventual: pending } } as Kind);
    expect(waiting.find(".animate-pulse").exists()).toBe(true);
    expect(waiting.text()).toContain("Shown");
    const never = draw({ case: kind, value: { eventual: failed } } as Kind);
    expect(never.find(".animate-pulse").exists()).toBe(false);
    expect(never.text()).toContain("The bank is closed.");
  });
});

describe("a heading", () => {
  it.each([
    [undefined, "h2"],
    [2, "h2"],
    [3, "h3"],
    [4, "h4"],
    [9, "h4"],
  ])("of level %s is an %s", (level, element) => {
    expect(draw({ case: "displayHeading", value: { level } }, "Title").get(element).text()).toBe("Title");
  });

  it("has a line below it and what can be done beside it", () => {
    const menuItems = [
      { label: "Edit", link: route("users/edit") },
      { label: "Bad", link: url("javascript:alert(1)") },
      { label: "Off", link: route("users/edit"), disabled: true },
    ];
    const wrapper = draw({ case: "displayHeading", value: { description: "A line", menuItems } });
    expect(wrapper.text()).toContain("A line");
    expect(wrapper.findAll("a").map((link) => link.text())).toEqual(["Edit"]);
    expect(wrapper.get("[aria-disabled=true]").text()).toBe("Off");
  });
});
