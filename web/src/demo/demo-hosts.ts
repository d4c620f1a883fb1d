import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type HostsUpdateSchema, HostTransport, limits, type OnlineHost, OnlineHostSchema } from "@interval/proto";

type Kind = MessageInitShape<typeof HostsUpdateSchema>["kind"];

/** The hosts of the demo's development environment. */
export const demoHosts: OnlineHost[] = [
  create(OnlineHostSchema, {
    id: "host_1",
    instanceId: "3f6a1c52-90d4-4a6e-9a3b-5a2f0c1d7e88",
    sdkName: "@interval/sdk",
    sdkVersion: "0.1.0",
    attachTime: timestampFromMs(Date.now() - 25 * 60_000),
    transport: HostTransport.HTTP2,
    name: "billing",
    hostname: "ada-laptop",
    pid: 4242,
    directory: "/home/ada/billing",
    clashes: [{ hostId: "host_3", serves: true, paths: ["hello"], pathCount: 1, files: { hello: "routes/hello.ts" } }],
    routeCount: 18,
    openRunCount: 1,
    routeFaults: [
      {
        file: "routes/billing/export.ts",
        message: "Cannot find module './invoices'",
        stack: "Error: Cannot find module './invoices'\n    at routes/billing/export.ts:3:1",
      },
    ],
  }),
  create(OnlineHostSchema, {
    id: "host_2",
    instanceId: "b7d2e9f0-1c4e-4f7b-8d55-06f1b2a9c334",
    sdkName: "@interval/sdk",
    sdkVersion: "0.1.0",
    attachTime: timestampFromMs(Date.now() - 3 * 3_600_000),
    transport: HostTransport.HTTP1,
    openRunCount: 2,
    draining: true,
    name: "support-tools",
    hostname: "build-7",
    pid: 1,
    directory: "/app",
  }),
  create(OnlineHostSchema, {
    id: "host_3",
    instanceId: "0c1f7a34-55be-4b0e-8d2b-9a7f7f6f3a10",
    sdkName: "@interval/sdk",
    sdkVersion: "0.1.0",
    attachTime: timestampFromMs(Date.now() - 40 * 60_000),
    transport: HostTransport.HTTP2,
    routeCount: 1,
    name: "hello-example",
    hostname: "ada-laptop",
    pid: 3977,
    directory: "/home/ada/interval/examples/hello",
    clashes: [{ hostId: "host_1", serves: false, paths: ["hello"], pathCount: 1 }],
  }),
];

/** Tells of the hosts of an environment, and that they are heard. @returns ends it */
export function watchDemoHosts(environment: string, tell: (kind: Kind) => void): () => void {
  const hosts = environment === "development" ? demoHosts : [];
  tell({ case: "all", value: { hosts } });
  const silence = Object.fromEntries(hosts.map(({ id }) => [id, durationFromMs(0)]));
  const timer = setInterval(() => tell({ case: "heard", value: { silence } }), limits.heartbeatIntervalMs);
  return () => clearInterval(timer);
}
