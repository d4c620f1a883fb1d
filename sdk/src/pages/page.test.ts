import type { PagePart, PageShown } from "@interval/proto";
import { expect, it, vi } from "vitest";
import type { FakeHost } from "../host/fake-host.ts";
import { HostTest } from "../host/host-test.ts";
import { ctx, io, Layout, type LayoutDefinition, Page, type PageHandler } from "../index.ts";

const test = new HostTest();
const onError = vi.fn();

/** A host with a page, as the server sees it, after somebody has opened it. */
async function opened(handler: PageHandler, params: Record<string, unknown> = {}): Promise<FakeHost> {
  onError.mockReset();
  vi.spyOn(console, "error").mockImplementation(() => {});
  await test.host({ routes: { users: new Page({ name: "Users", handler }) }, onError }).listen();
  const host = await test.server.nextHost();
  host.openPage("page_1", "users", params);
  return host;
}

/** What a page shows at first. */
async function shown(layout: LayoutDefinition): Promise<{ host: FakeHost; page: PageShown }> {
  const host = await opened(() => new Layout(layout));
  return { host, page: await host.next("page") };
}

/** The parts of a page as they come, by key. */
async function parts(host: FakeHost, count: number): Promise<Map<string, PagePart["content"]>> {
  const found = new Map<string, PagePart["content"]>();
  while (found.size < count) {
    const { key, content } = await host.next("part");
    found.set(key, content);
  }
  return found;
}

it("tells the server that a page has a handler", async () => {
  const host = await opened(() => undefined);
  expect(host.hello.catalog?.routes).toMatchObject([
    { path: "users", kind: { case: "page", value: { hasHandler: true } } },
  ]);
});

it("shows a layout: title, description, menu, and parts in their order", async () => {
  const { host, page } = await shown({
    title: "Users",
    description: "All of them",
    menuItems: [{ label: "Create", route: "users/create", params: { from: "page" } }],
    children: [io.display.markdown("**Hello**"), io.display.heading("Below"), io.display.heading("Below")],
  });
  expect(page.outcome).toMatchObject({
    case: "layout",
    value: {
      title: { text: "Users" },
      description: { text: "All of them" },
      menuItems: [{ label: "Create", link: { target: { case: "route", value: { path: "users/create" } } } }],
      parts: ["displayMarkdown:**Hello**", "displayHeading:Below", "displayHeading:Below#2"],
    },
  });
  const found = await parts(host, 3);
  expect(found.get("displayHeading:Below#2")).toMatchObject({
    case: "component",
    value: { key: "displayHeading:Below#2", label: "Below", kind: { case: "displayHeading" } },
  });
});

it("knows who looks and with which parameters, also where the ambient ctx is read later", async () => {
  const host = await opened(
    (display, own) =>
      new Layout({
        title: async () => `${ctx.user.firstName} ${String(ctx.params.n)} ${own.page.slug} ${own.environment}`,
        children: [display.object("ctx", { data: { url: own.page.url, organization: own.organization.slug } })],
      }),
    { n: 3n },
  );
  await host.next("page");
  const { outcome } = await host.next("page");
  expect(outcome).toMatchObject({ value: { title: { text: "Ada 3 users development" } } });
});

it("lists what a page holds when its handler gives nothing", async () => {
  const host = await opened(() => undefined);
  expect((await host.next("page")).outcome.case).toBe("listing");
});

it("shows at once what is there, and the rest as it gets there", async () => {
  let give: (title: string) => void = () => {};
  let giveRows: (rows: Array<{ name: string }>) => void = () => {};
  const { host, page } = await shown({
    title: new Promise<string>((resolve) => {
      give = resolve;
    }),
    children: [
      io.display.table("Slow", {
        data: new Promise<Array<{ name: string }>>((resolve) => {
          giveRows = resolve;
        }),
      }),
      io.display.markdown("Fast"),
    ],
  });
  expect(page.outcome).toMatchObject({ value: { title: { text: "", eventual: { state: { case: "pending" } } } } });
  await parts(host, 2);
  giveRows([{ name: "Ada" }]);
  expect(await host.next("part")).toMatchObject({
    key: "displayTable:Slow",
    content: {
      case: "component",
      value: { kind: { value: { table: { firstPage: { totalRows: 1n } } } } },
    },
  });
  give("At last");
  expect((await host.next("page")).outcome).toMatchObject({
    value: { title: { text: "At last" } },
  });
});

it("shows what fails in its place, and tells the developer", async () => {
  const { host } = await shown({
    title: () => Promise.reject(new Error("no title")),
    children: [
      io.display.table("Broken", { data: 5 as unknown as [] }),
      io.display.table("Failing", {
        getData: () => {
          throw new Error("the database is away");
        },
      }),
      io.display.markdown("Whole"),
    ],
  });
  expect((await host.next("page")).outcome).toMatchObject({
    value: { title: { eventual: { state: { case: "error", value: "no title" } } } },
  });
});

it("shows parts that fail beside those that do not", async () => {
  const { host } = await shown({
    children: [
      io.display.chart("Broken", { kind: "pie", data: 5 as unknown as [], x: "a", y: "b" }),
      io.display.markdown("Whole"),
    ],
  });
  const found = await parts(host, 2);
  expect([...found.values()].map((content) => content.case).sort()).toEqual(["component", "failure"]);
  expect(onError).toHaveBeenCalledWith(
    expect.objectContaining({
      route: "users",
      error: expect.objectContaining({ message: expect.stringContaining("io.display.chart") }),
    }),
  );
});

it.each([
  ["a handler that throws", () => Promise.reject(new Error("no users today")), "no users today"],
  ["what is no layout", () => "text" as unknown as Layout, 'new Layout({ ... }) or nothing, not "text" (a string)'],
  ["an input", () => new Layout({ children: [io.input.text("Name") as never] }), "io.input.text"],
  ["something else", () => new Layout({ children: ["text" as never] }), '"children[0]" must be a method of io.display'],
  ["a menu without links", () => new Layout({ menuItems: [5 as never] }), 'Layout: "menuItems"'],
  [
    "an input that is awaited",
    async () => {
      await io.input.text("Name");
      return undefined;
    },
    "io.input.text cannot be awaited in a page. A page only shows.",
  ],
  [
    "a display that is awaited",
    async () => {
      await io.display.markdown("Hello");
      return undefined;
    },
    "without awaiting it",
  ],
] satisfies Array<[string, PageHandler, string]>)("shows a failure for %s", async (_, handler, message) => {
  const host = await opened(handler);
  const { outcome } = await host.next("page");
  expect(outcome).toMatchObject({ case: "failure", value: { message: expect.stringContaining(message) } });
  await expect.poll(() => onError.mock.calls.length).toBe(1);
});

it("serves its tables until it is closed", async () => {
  const rows = Array.from({ length: 45 }, (_, i) => ({ n: i }));
  const { host } = await shown({ children: [io.display.table("Rows", { data: rows })] });
  await parts(host, 1);
  const fetch = (requestId: string) =>
    host.page("page_1", {
      case: "fetch",
      value: {
        requestId,
        componentKey: "displayTable:Rows",
        fetch: {
          kind: { case: "displayTable", value: { ask: { case: "query", value: { offset: 40n, pageSize: 20 } } } },
        },
      },
    });
  fetch("first");
  expect((await host.next("fetched")).outcome).toMatchObject({ case: "page" });
  host.page("page_1", { case: "closePage", value: {} });
  fetch("second");
  expect((await host.next("fetched")).outcome).toMatchObject({
    case: "failure",
    value: { message: expect.stringContaining("no longer live") },
  });
});

it("aborts its signal when nobody looks any more, and says nothing after that", async () => {
  let signal: AbortSignal | undefined;
  let give: (layout: Layout) => void = () => {};
  const host = await opened((_, own) => {
    signal = own.signal;
    return new Promise((resolve) => {
      give = resolve;
    });
  });
  await expect.poll(() => signal).toBeDefined();
  host.page("page_1", { case: "closePage", value: {} });
  await expect.poll(() => signal?.aborted).toBe(true);
  give(new Layout({ title: "Too late" }));
  host.openPage("page_2", "users");
  await expect.poll(() => signal?.aborted).toBe(false);
  expect(host.frames.map(({ body }) => body.case)).not.toContain("page");
});

it("ends with its connection", async () => {
  let signal: AbortSignal | undefined;
  const host = await opened((_, own) => {
    signal = own.signal;
    return new Layout();
  });
  await host.next("page");
  host.drop();
  await expect.poll(() => signal?.aborted).toBe(true);
});

/** Everything that a host says of a page until it has been refreshed. */
async function refreshed(host: FakeHost): Promise<{ said: string[]; failure: string | undefined }> {
  const from = host.frames.length;
  const { failure } = await host.next("refreshed");
  const said = host.frames.slice(from).map(({ body }) => (body.case === "part" ? body.value.key : (body.case ?? "")));
  return { said, failure: failure?.message };
}

it("reads the page again when the dashboard asks, and sends only what has changed", async () => {
  let count = 0;
  const host = await opened(() => {
    count++;
    return new Layout({
      title: "Users",
      children: [
        io.display.heading("Same"),
        io.display.metadata("Count", { data: [{ label: "Count", value: async () => count }] }),
        io.display.table("Rows", { getData: async () => ({ data: [{ id: count }], totalRecords: 1 }) }),
      ],
    });
  });
  await parts(host, 3);
  await expect.poll(() => JSON.stringify(host.frames.at(-1)?.body, bigints)).toContain("firstPage");
  host.page("page_1", { case: "refreshPage", value: { partKey: "" } });
  const { said } = await refreshed(host);
  expect(said.toSorted()).toEqual(["displayMetadata:Count", "displayTable:Rows", "refreshed"]);
  expect(count).toBe(2);
});

it("sends what is late only once it is there, so that nothing on screen becomes a skeleton again", async () => {
  let count = 0;
  const host = await opened(
    () =>
      new Layout({
        title: async () => `Title ${++count}`,
        children: [io.display.metadata("M", { data: [{ label: "L", value: async () => `value ${count}` }] })],
      }),
  );
  await parts(host, 1);
  await host.next("part");
  host.page("page_1", { case: "refreshPage", value: { partKey: "" } });
  const page = await host.next("page");
  expect(page.outcome).toMatchObject({ value: { title: { text: "Title 2" } } });
  expect(JSON.stringify(page.outcome)).not.toContain("pending");
  const { content } = await host.next("part");
  expect(JSON.stringify(content, bigints)).toContain("value 2");
  expect(JSON.stringify(content, bigints)).not.toContain("pending");
});

it("refreshes one part alone, by ctx.refresh and by the page", async () => {
  let count = 0;
  let own: ((part?: string) => Promise<void>) | undefined;
  const users = new Page({
    name: "Users",
    handler: (display, context) => {
      own = context.refresh;
      count++;
      return new Layout({
        children: [display.heading(`A ${count}`, { key: "a" }), display.heading(`B ${count}`, { key: "b" })],
      });
    },
  });
  await test.host({ routes: { users } }).listen();
  const host = await test.server.nextHost();
  host.openPage("page_1", "users");
  await parts(host, 2);
  const one = refreshed(host);
  await own?.("a");
  expect((await one).said).toEqual(["a", "refreshed"]);
  const all = refreshed(host);
  await users.refresh();
  expect((await all).said.toSorted()).toEqual(["a", "b", "refreshed"]);
});

it("keeps what is shown when reading it again fails, and says why", async () => {
  let fails = false;
  const host = await opened(() => {
    if (fails) throw new Error("The database is away.");
    return new Layout({ children: [io.display.heading("Shown")] });
  });
  await parts(host, 1);
  fails = true;
  host.page("page_1", { case: "refreshPage", value: { partKey: "" } });
  expect(await refreshed(host)).toEqual({ said: ["refreshed"], failure: "The database is away." });
});

it("joins requests that come while the page is read, and reads it at most once a second", async () => {
  let count = 0;
  const host = await opened(() => new Layout({ children: [io.display.heading(`Read ${++count}`, { key: "h" })] }));
  await parts(host, 1);
  for (let i = 0; i < 20; i++) host.page("page_1", { case: "refreshPage", value: { partKey: "" } });
  await host.next("refreshed");
  expect(count).toBeLessThanOrEqual(3);
});

it("reads itself again every so often, until nobody looks", async () => {
  let count = 0;
  const host = await opened(
    () => new Layout({ refreshEvery: 1000, children: [io.display.heading(`Read ${++count}`, { key: "h" })] }),
  );
  await parts(host, 1);
  await host.next("refreshed");
  await host.next("refreshed");
  host.page("page_1", { case: "closePage", value: {} });
  expect(count).toBeGreaterThanOrEqual(3);
});

it.each([0, 999, Number.NaN, "10s"])("refuses to refresh every %s", async (refreshEvery) => {
  const host = await opened(() => new Layout({ refreshEvery: refreshEvery as number }));
  const { outcome } = await host.next("page");
  expect(outcome.case === "failure" && outcome.value.message).toContain("at least 1000");
});

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
