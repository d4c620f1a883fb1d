import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { IntervalConfig } from "../config.ts";
import { type Interval, io, Page } from "../index.ts";
import type { FakeHost } from "./fake-host.ts";
import { HostTest, hello, resultOf, text } from "./host-test.ts";

const test = new HostTest();
const printed: string[] = [];
const other = async () => io.input.text("Other");

beforeEach(() => {
  printed.length = 0;
  for (const method of ["log", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void printed.push(String(line)));
  }
});

async function listening(config: IntervalConfig): Promise<{ interval: Interval; fake: FakeHost }> {
  const interval = test.host({ logLevel: "info", ...config });
  await interval.listen();
  return { interval, fake: await test.server.nextHost() };
}

const pathsOf = (catalog: { routes: { path: string }[] } | undefined) => catalog?.routes.map(({ path }) => path);

describe("a newer Interval in the same process", () => {
  it("replaces one that offers the same: its open runs finish, and it leaves", async () => {
    const older = await listening({ routes: { hello } });
    older.fake.start("run_1", "hello");
    await older.fake.next("call");
    const newer = await listening({ routes: { hello } });
    expect(pathsOf((await older.fake.next("routes")).catalog)).toEqual([]);
    expect(printed.join("\n")).toContain("A newer Interval of this process offers the same, as after a reload");
    newer.fake.start("run_2", "hello");
    expect((await newer.fake.next("call")).call?.key).toBe("inputText:Your name");
    older.fake.run("run_1", 3n, text("inputText:Your name", "Ada"));
    expect(resultOf(await older.fake.next("finish"))).toBe("Hello, Ada");
    await older.fake.next("goodbye");
    expect(newer.interval.isConnected).toBe(true);
    expect(pathsOf(newer.fake.hello.catalog)).toEqual(["hello"]);
  });

  it("replaces many in a row: one is left", async () => {
    const hosts: FakeHost[] = [];
    for (let i = 0; i < 4; i++) hosts.push((await listening({ routes: { hello, [`page_${i}`]: new Page() } })).fake);
    const last = hosts.pop();
    for (const fake of hosts) await fake.next("goodbye");
    expect(test.hosts.map(({ isConnected }) => isConnected).at(-1)).toBe(true);
    last?.start("run_1", "hello");
    await last?.next("call");
  });

  it("takes only what it offers itself, and gives that back when it leaves", async () => {
    const older = await listening({ routes: { hello, other } });
    const newer = await listening({ routes: { hello } });
    expect(pathsOf((await older.fake.next("routes")).catalog)).toEqual(["other"]);
    expect(printed.join("\n")).toContain('A newer Interval of this process takes the new runs of "hello".');
    newer.interval.routes.add("other", other);
    newer.interval.routes.remove("hello");
    expect(pathsOf((await older.fake.next("routes")).catalog)).toEqual(["hello"]);
    await newer.interval.safelyClose();
    expect(pathsOf((await older.fake.next("routes")).catalog)).toEqual(["hello", "other"]);
    expect(older.interval.isConnected).toBe(true);
  });

  it("leaves those alone that have another key, or other routes", async () => {
    const older = await listening({ routes: { hello }, apiKey: "another_key" });
    const beside = await listening({ routes: { other } });
    await listening({ routes: { hello } });
    for (const { interval, fake } of [older, beside]) {
      interval.routes.add("fence", hello);
      expect(pathsOf((await fake.next("routes")).catalog)).toHaveLength(2);
      expect(fake.frames.filter(({ body }) => body.case === "routes")).toHaveLength(1);
    }
  });

  it("that is refused takes nothing", async () => {
    const older = await listening({ routes: { hello } });
    await expect(test.host({ routes: { hello: 5 as never } }).listen()).rejects.toThrow("must be an Action");
    older.interval.routes.add("fence", hello);
    expect(pathsOf((await older.fake.next("routes")).catalog)).toEqual(["hello", "fence"]);
  });
});

describe("a host", () => {
  it("tells name, machine and process, and when its process was first accepted", async () => {
    const attachTime = timestampFromMs(1_700_000_000_000);
    test.server.welcome = () => ({ attachTime });
    const { fake } = await listening({ routes: { hello }, name: "billing" });
    expect(fake.hello).toMatchObject({ name: "billing", pid: process.pid });
    expect(fake.hello.hostname).not.toBe("");
    expect(fake.hello.attachTime).toBeUndefined();
    fake.drop();
    expect((await test.server.nextHost()).hello.attachTime).toEqual(attachTime);
  });

  it("prints what the server has to tell the developer", async () => {
    const { fake } = await listening({ routes: { hello } });
    fake.say({ body: { case: "notice", value: { text: 'Two programs offer "hello".' } } });
    await vi.waitFor(() => expect(printed.join("\n")).toContain('[Interval] Two programs offer "hello".'));
  });

  it("refuses a name that is none", async () => {
    await expect(test.host({ name: " " }).listen()).rejects.toThrow('"name" must be a text that is not empty');
  });
});

describe("a digest", () => {
  const digestOf = async (config: IntervalConfig) => {
    const { interval, fake } = await listening({ name: "a", ...config });
    await interval.immediatelyClose();
    return fake.hello.catalog?.digest;
  };
  const make = () => async () => "one";

  it("is the same for the same program, and another one for another name, route, setting or handler", async () => {
    const base = await digestOf({ routes: { a: make() } });
    expect(await digestOf({ routes: { a: make() } })).toBe(base);
    const others: IntervalConfig[] = [
      { name: "b", routes: { a: make() } },
      { routes: { b: make() } },
      { routes: { a: { handler: make(), description: "A" } } },
      { routes: { a: async () => "two" } },
      { routes: { a: new Page({ handler: () => undefined }) } },
      { routes: { a: make(), b: make() } },
    ];
    const digests = new Set([base]);
    for (const config of others) digests.add(await digestOf(config));
    expect(digests.size).toBe(others.length + 1);
  });
});
