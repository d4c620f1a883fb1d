import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { HostTransport, type OnlineHost, Role } from "@interval/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Operator, Viewer } from "../../../testing/operator.ts";
import { ReceivingHost } from "../../../testing/receiving-host.ts";
import { actions, began, success } from "../../../testing/scripted-host.ts";
import { TestServer } from "../../../testing/test-server.ts";

const production = { organization: "main", environment: "production" };

let server: TestServer;
let key: string;
let admin: Operator;
let viewer: Viewer;
let topic: string;
beforeEach(async () => {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 50 } });
  ({ key } = await server.key());
  admin = (await server.person("ada", Role.ADMIN)).operator;
  viewer = await admin.watch();
  topic = await viewer.subscribe({ case: "hosts", value: production });
});
afterEach(() => server.close());

/** The hosts as they are told once they are as wanted. */
async function told(wanted: (hosts: OnlineHost[]) => boolean): Promise<OnlineHost[]> {
  for (;;) {
    const { kind } = await viewer.next(topic, "hosts");
    if (kind.case === "all" && wanted(kind.value.hosts)) return kind.value.hosts;
  }
}

test("hosts are told with what they are, as they come and go", async () => {
  expect(await told(() => true)).toEqual([]);
  const host = await server.host(key, { hello: { instanceId: "one", catalog: actions("hello", "bye") } });
  const [online] = await told(({ length }) => length === 1);
  expect(online).toMatchObject({
    instanceId: "one",
    sdkName: "scripted",
    sdkVersion: "1.0.0",
    transport: HostTransport.HTTP2,
    routeCount: 2,
    openRunCount: 0,
    draining: false,
    routeFaults: [],
  });
  expect(online?.attachTime && Math.abs(timestampMs(online.attachTime) - Date.now())).toBeLessThan(60_000);
  const receiving = await ReceivingHost.attach(server.http1Transport({ authorization: `Bearer ${key}` }));
  const both = await told(({ length }) => length === 2);
  expect(both.map(({ transport }) => transport)).toEqual([HostTransport.HTTP2, HostTransport.HTTP1]);
  await receiving.drop();
  await host.drop();
  await told(({ length }) => length === 0);
});

test("how long a host has been silent is told again and again", async () => {
  await server.host(key, { silent: true });
  await told(({ length }) => length === 1);
  const next = async (): Promise<number> => {
    const { kind } = await viewer.next(topic, "hosts");
    const [silence] = kind.case === "heard" ? Object.values(kind.value.silence) : [];
    return silence ? durationMs(silence) : next();
  };
  const first = await next();
  await expect.poll(next).toBeGreaterThan(first + 100);
});

test("runs that are open in a host are counted, and one that offers nothing any more is draining", async () => {
  const host = await server.host(key);
  const runId = await admin.start();
  await told(([online]) => online?.openRunCount === 1);
  host.send({ body: { case: "routes", value: { catalog: {} } } });
  await told(([online]) => online?.draining === true && online.openRunCount === 1);
  host.say(runId, began);
  host.say(runId, success);
  await told(([online]) => online?.openRunCount === 0);
});

test("files that could not be loaded are told until a host says that there are none any more", async () => {
  const fault = { file: "routes/refund.ts", message: "The database is away.", stack: "Error: ..." };
  const host = await server.host(key, { hello: { instanceId: "one", routeFaults: [fault] } });
  expect((await told(([online]) => online?.routeFaults.length === 1))[0]?.routeFaults).toMatchObject([fault]);
  const routeFaults = Array.from({ length: 60 }, (_, i) => ({ file: `routes/${i}.ts`, message: "x" }));
  host.send({ body: { case: "routes", value: { catalog: actions("hello"), routeFaults } } });
  await told(([online]) => online?.routeFaults.length === 50);
  await server.host(key, { hello: { instanceId: "one" } });
  await told(([online]) => online?.routeFaults.length === 0);
});

test("developers see the hosts of their own development alone", async () => {
  const [dev, eve] = [await server.person("dev", Role.DEVELOPER), await server.person("eve", Role.DEVELOPER)];
  await server.host((await server.key("development", { userId: dev.id })).key);
  const development = { ...production, environment: "development" };
  const seen = async ({ operator }: typeof dev) => {
    const own = await operator.watch();
    const { kind } = await own.next(await own.subscribe({ case: "hosts", value: development }), "hosts");
    return kind.case === "all" ? kind.value.hosts.length : undefined;
  };
  expect([await seen(dev), await seen(eve)]).toEqual([1, 0]);
});

test("two programs with one slug are told in both hosts, until one of them is gone", async () => {
  const attach = (name: string, pid: number, file: string) =>
    server.host(key, {
      hello: {
        instanceId: name,
        name,
        hostname: "laptop",
        pid,
        directory: `/home/ada/${name}`,
        catalog: { ...actions("hello"), digest: name, files: { hello: file } },
      },
    });
  const own = await attach("own", 1, "routes/hello.ts");
  const example = await attach("example", 2, "src/hello.js");
  const [older, newer] = await told((hosts) => hosts.some(({ clashes }) => clashes.length > 0));
  expect(older).toMatchObject({
    name: "own",
    hostname: "laptop",
    pid: 1,
    directory: "/home/ada/own",
    clashes: [
      { hostId: newer?.id, serves: false, paths: ["hello"], pathCount: 1, files: { hello: "routes/hello.ts" } },
    ],
  });
  expect(newer).toMatchObject({
    name: "example",
    clashes: [{ hostId: older?.id, serves: true, paths: ["hello"], pathCount: 1, files: { hello: "src/hello.js" } }],
  });
  await example.drop();
  const [alone] = await told(({ length }) => length === 1);
  expect(alone?.clashes).toEqual([]);
  await own.drop();
});
