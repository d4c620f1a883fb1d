import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { FakeServer } from "./host/fake-server.ts";
import { HostTest, hello, resultOf, text } from "./host/host-test.ts";
import { ConnectionError, HostMisuseError, Interval, Page } from "./index.ts";

const test = new HostTest();

describe("a host", () => {
  it("introduces itself with its key, its protocol and its catalogue", async () => {
    const page = new Page({
      name: "Users",
      access: { teams: ["support"] },
      routes: { edit: { handler: hello.definition.handler, name: "Edit" } },
    });
    const { hello: said, headers } = await test.attached({ hello, users: page });
    expect(headers.get("authorization")).toBe("Bearer dev_key");
    expect([said.sdkName, said.protocolMin, said.protocolMax]).toEqual(["@interval/sdk", 1, 1]);
    expect(said.catalog?.routes.map(({ path, kind }) => [path, kind.case])).toEqual([
      ["hello", "action"],
      ["users", "page"],
      ["users/edit", "action"],
    ]);
    expect(said.catalog?.routes[2]?.name).toBe("Edit");
  });

  it("accepts the other spellings of an endpoint", async () => {
    const interval = test.host({ endpoint: `${test.server.url.replace("http", "ws")}/websocket`, routes: { hello } });
    await interval.listen();
    expect(interval.isConnected).toBe(true);
    expect(await interval.ping(1).catch((error: Error) => error.name)).toBe("TimeoutError");
  });

  it("prints where the dashboard is", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await test.host({ routes: { hello }, logLevel: "info" }).listen();
    expect(log.mock.calls.flat().join("\n")).toContain(`${test.server.url}/main/development`);
  });

  it("warns of an option that it does not know", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const config = { routes: {}, retryIntervalMs: 5, apiKey: "k" };
    new Interval(config);
    expect(warn.mock.calls.flat().join("\n")).toContain("retryIntervalMs");
  });

  it("tells the server of all routes added at once in one frame", async () => {
    const interval = test.host({ routes: { hello } });
    await interval.listen();
    const fake = await test.server.nextHost();
    interval.routes.add("one", hello);
    interval.routes.add("deep/two", hello);
    interval.routes.remove("hello");
    const changed = await fake.next("routes");
    expect(changed.catalog?.routes.map(({ path }) => path)).toEqual(["one", "deep", "deep/two"]);
    await interval.safelyClose();
    await fake.next("goodbye");
    expect(fake.frames.filter(({ body }) => body.case === "routes")).toHaveLength(2);
  });

  it("names an invalid slug", () => {
    expect(() => test.host({ routes: { "my action": hello } })).toThrow(/"my action" is not a valid slug/);
    expect(() => test.host({}).routes.add("a/../b", hello)).toThrow(HostMisuseError);
  });
});

describe("listen()", () => {
  it("rejects a refused key and says what to do", async () => {
    test.server.refusal = new ConnectError("the key is unknown", Code.Unauthenticated);
    const error = await test
      .host({ routes: { hello } })
      .listen()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(String(error)).toMatch(/INTERVAL_API_KEY.*interval key create/);
  });

  it("rejects a protocol that the server does not speak", async () => {
    test.server.refusal = new ConnectError("upgrade the SDK", Code.FailedPrecondition);
    await expect(test.host({ routes: { hello } }).listen()).rejects.toThrow("upgrade the SDK");
  });

  it("rejects without a key, and for an endpoint that is none", async () => {
    await expect(test.host({ apiKey: "" }).listen()).rejects.toThrow(/INTERVAL_API_KEY/);
    await expect(test.host({ endpoint: "localhost:3000" }).listen()).rejects.toThrow(/"endpoint" must be an address/);
  });

  it("retries a server that is absent, reports it, and attaches when it comes", async () => {
    const { port, url } = test.server;
    await test.server.stop();
    const reported = Promise.withResolvers<string>();
    vi.spyOn(console, "warn").mockImplementation((line: string) => reported.resolve(line));
    const listening = test.host({ endpoint: url, routes: { hello }, logLevel: "info" }).listen();
    vi.spyOn(console, "log").mockImplementation(() => {});
    expect(await reported.promise).toMatch(/Cannot reach .*Trying again/);
    test.server = await FakeServer.start(port);
    await listening;
  });
});

describe("a host that closes", () => {
  it("safely: offers nothing more, lets open runs finish, and says goodbye", async () => {
    const interval = test.host({ routes: { hello } });
    await interval.listen();
    const fake = await test.server.nextHost();
    fake.start("run_1", "hello");
    await fake.next("call");
    const closed = interval.safelyClose();
    expect((await fake.next("routes")).catalog?.routes).toEqual([]);
    fake.run("run_1", 3n, text("inputText:Your name", "Ada"));
    expect(resultOf(await fake.next("finish"))).toBe("Hello, Ada");
    await fake.next("goodbye");
    await closed;
    expect(interval.isConnected).toBe(false);
  });
});
