import { Code, ConnectError } from "@connectrpc/connect";
import { type PageUpdate, Role } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator, Viewer } from "../../testing/operator.ts";
import { type ScriptedHost, showsTable, withPages } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

const production = { organization: "main", environment: "production" };
const about = { case: "page" as const, value: { ...production, page: "about" } };
const query = (pageSize: number) => ({
  kind: { case: "displayTable" as const, value: { ask: { case: "query" as const, value: { pageSize } } } },
});

let server: TestServer;
let key: string;
let host: ScriptedHost;
let ann: { id: string; operator: Operator; headers: Record<string, string> };
let viewer: Viewer;

beforeEach(async () => {
  server = await TestServer.start();
  key = (await server.key()).key;
  host = await server.host(key, { hello: { catalog: withPages } });
  ann = await server.person("ann", Role.MEMBER);
  viewer = await ann.operator.watch();
});
afterEach(() => server.close());

/** The next update of a kind. */
async function next(subscription: string, kind: PageUpdate["kind"]["case"]): Promise<PageUpdate> {
  for (;;) {
    const update = await viewer.next(subscription, "page");
    if (update.kind.case === kind) return update;
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "OK",
    (error: unknown) => Code[ConnectError.from(error).code],
  );

describe("a page", () => {
  test("is opened at a host with parameters, person and address, and shows what it says, in order", async () => {
    const params = { n: { kind: { case: "int64Value" as const, value: 3n } } };
    const subscription = await viewer.subscribe({ case: "page", value: { ...about.value, params } });
    const { pageId, opening } = await host.opened();
    expect(pageId).toMatch(/^page_/);
    expect(opening).toMatchObject({
      page: "about",
      params,
      context: { user: { firstName: "ann" }, actionUrl: `${server.url}/main/production/actions/about` },
    });
    expect(await next(subscription, "opening")).toMatchObject({ pageId });
    showsTable(host, pageId);
    expect(await next(subscription, "shown")).toMatchObject({
      pageId,
      kind: { value: { outcome: { case: "layout", value: { parts: ["found"] } } } },
    });
    expect(await next(subscription, "part")).toMatchObject({
      kind: { value: { key: "found", content: { case: "component" } } },
    });
  });

  test("is closed at its host when nobody looks any more: unsubscribed, replaced, or with its stream", async () => {
    const first = await viewer.subscribe(about);
    const { pageId } = await host.opened();
    await viewer.unsubscribe(first);
    expect((await host.nextFrame("closePage")).scope).toEqual({ case: "pageId", value: pageId });

    await viewer.subscribe(about, "same");
    const second = await host.opened();
    await viewer.subscribe(about, "same");
    expect((await host.nextFrame("closePage")).scope).toEqual({ case: "pageId", value: second.pageId });
    const third = await host.opened();
    await viewer.close();
    expect((await host.nextFrame("closePage")).scope).toEqual({ case: "pageId", value: third.pageId });
  });

  test("is opened anew after the loss of its host, at the next one that has it", async () => {
    const subscription = await viewer.subscribe(about);
    const { pageId } = await host.opened();
    await host.drop();
    expect(await next(subscription, "waiting")).toMatchObject({ pageId: "" });
    await server.host(key); // without the page
    const other = await server.host(key, { hello: { catalog: withPages } });
    const again = await other.opened();
    expect(again.pageId).not.toBe(pageId);
    expect(await next(subscription, "opening")).toMatchObject({ pageId: again.pageId });
    showsTable(other, again.pageId);
    expect(await next(subscription, "shown")).toMatchObject({ pageId: again.pageId });
  });

  test("that no host serves just now waits for one", async () => {
    await host.drop();
    const subscription = await viewer.subscribe(about);
    await next(subscription, "waiting");
    const other = await server.host(key, { hello: { catalog: withPages } });
    expect((await next(subscription, "opening")).pageId).toBe((await other.opened()).pageId);
  });

  test("hears its own host alone, and of the parts of its layout", async () => {
    const subscription = await viewer.subscribe(about);
    const { pageId } = await host.opened();
    const stranger = await server.host(key, { hello: { catalog: withPages } });
    const failed = (message: string) =>
      ({ case: "page", value: { outcome: { case: "failure", value: { message, stack: "at secret.ts" } } } }) as const;
    stranger.sayOf(pageId, failed("not mine"));
    const part = { key: "unknown", content: { case: "failure", value: { message: "No such part." } } } as const;
    host.sayOf(pageId, { case: "part", value: part });
    host.sayOf(pageId, failed("mine"));
    const shown = await next(subscription, "shown");
    // She is no developer.
    expect(shown.kind.value).toMatchObject({ outcome: { case: "failure", value: { message: "mine", stack: "" } } });
    expect(viewer.of(subscription).filter((kind) => kind.case === "page" && kind.value.kind.case === "part")).toEqual(
      [],
    );
  });

  test.each([
    ["that there is not", "nowhere", "NotFound"],
    ["that is an action", "hello", "FailedPrecondition"],
    ["without a layout", "plain", "FailedPrecondition"],
  ])("%s is refused", async (_, page, code) => {
    expect(await codeOf(viewer.subscribe({ case: "page", value: { ...production, page } }))).toBe(code);
  });

  test("that may not be opened any more is taken away", async () => {
    const subscription = await viewer.subscribe(about);
    await host.opened();
    const access = { kind: { case: "teams" as const, value: { slugs: [] } } };
    const kind = { case: "page" as const, value: { hasHandler: true } };
    const catalog = { digest: "closed", routes: [{ path: "about", access, kind }] };
    host.send({ body: { case: "routes", value: { catalog } } });
    await viewer.next(subscription, "resync");
    await host.nextFrame("closePage");
    expect(await codeOf(viewer.subscribe(about))).toBe("NotFound");
  });
});

describe("a part", () => {
  async function open(): Promise<string> {
    const subscription = await viewer.subscribe(about);
    const { pageId } = await host.opened();
    showsTable(host, pageId);
    await next(subscription, "part");
    return pageId;
  }

  test("is asked for more, at its host", async () => {
    const pageId = await open();
    const fetching = ann.operator.pages.fetchPart({ pageId, partKey: "found", fetch: query(20) });
    const { scope, body } = await host.nextFrame("fetch");
    expect(scope).toEqual({ case: "pageId", value: pageId });
    if (body.case !== "fetch") throw new Error("This is no fetch.");
    expect(body.value).toMatchObject({ callKey: "", componentKey: "found" });
    const { requestId } = body.value;
    host.sayOf(pageId, { case: "fetched", value: { requestId, outcome: { case: "page", value: {} } } });
    expect(await fetching).toMatchObject({ page: {} });
  });

  test.each([
    ["that is not shown", "other", query(20), "NotFound"],
    ["for what it does not offer", "found", query(5000), "InvalidArgument"],
  ])("%s: %s", async (_, partKey, fetch, code) => {
    const pageId = await open();
    expect(await codeOf(ann.operator.pages.fetchPart({ pageId, partKey, fetch }))).toBe(code);
  });

  test("shows pictures that its host uploads for the page, to who looks at it alone and while it is open", async () => {
    const pageId = await open();
    const asHost = server.operator({ authorization: `Bearer ${key}` });
    const purpose = { case: "display" as const, value: { hostInstanceId: host.instanceId } };
    const { assetId } = await asHost.files.beginUpload({ runId: pageId, purpose, size: 3n, mediaType: "image/png" });
    const address = `${server.url}/assets/${assetId}`;
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(address, { method: "PUT", headers, body: "abc" })).status).toBe(204);
    const image = { case: "displayImage", value: { image: { source: { case: "assetId", value: assetId } } } } as const;
    const shows = (kind: typeof image) =>
      host.sayOf(pageId, {
        case: "part",
        value: { key: "found", content: { case: "component", value: { key: "found", kind } } },
      });
    shows(image);
    await expect
      .poll(() => JSON.stringify(viewer.updates.all, (_, value) => (typeof value === "bigint" ? `${value}` : value)))
      .toContain(assetId);

    expect(await (await fetch(address, { headers: ann.headers })).text()).toBe("abc");
    const bob = await server.person("bob", Role.ADMIN);
    expect((await fetch(address, { headers: bob.headers })).status).toBe(404);
    await viewer.close();
    await host.nextFrame("closePage");
    expect((await fetch(address, { headers: ann.headers })).status).toBe(404);
  });

  test("never shows an asset of something else", async () => {
    const pageId = await open();
    const image = {
      case: "displayImage",
      value: { image: { source: { case: "assetId", value: "asset_0" } } },
    } as const;
    host.sayOf(pageId, {
      case: "part",
      value: { key: "found", content: { case: "component", value: { key: "found", kind: image } } },
    });
    const found = await viewer.updates.next(({ kind }) =>
      kind.case === "page" && kind.value.kind.case === "part" && kind.value.kind.value.content.case === "failure"
        ? kind.value.kind.value.content.value
        : undefined,
    );
    expect(found.message).toContain("was not uploaded");
  });
});
