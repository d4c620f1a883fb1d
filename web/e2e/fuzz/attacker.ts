// One caller who tries its worst: `attacker.ts <member | key | host>`, with what it may use as JSON in FUZZ_ATTACKER. Ends when it is killed.
import { randomUUID } from "node:crypto";
import { connect } from "node:http2";
import { setPriority } from "node:os";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AnswerCallRequestSchema,
  AttachRequestSchema,
  BeginUploadRequestSchema,
  HostFrameSchema,
  HostService,
  ListRunsRequestSchema,
  LogLevel,
  StartRunRequestSchema,
  toValue,
} from "@interval/proto";
import { enveloped, overHttp2, type Sent } from "./wire.ts";

/** What the attacker is given. */
export interface Attack {
  url: string;
  headers: Record<string, string>;
}

const { url, headers }: Attack = JSON.parse(process.env.FUZZ_ATTACKER ?? "{}");
const role = process.argv[2];
// The machine is shared with the server and with the person who works: an attacker elsewhere would cost them no processor.
setPriority(19);

const place = { organization: "main", environment: "production" };
const large = toValue("x".repeat(2_900_000));
const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, {}]));
let session = connect(url);
session.on("error", () => {});

const requests: Array<() => [service: string, method: string, body: Uint8Array]> = [
  () => ["operator.v1.RunService", "StartRun", start({ order: large })],
  () => ["operator.v1.RunService", "StartRun", start({})],
  () => ["operator.v1.RunService", "ListRuns", toBinary(ListRunsRequestSchema, listOf("zzz"))],
  () => ["operator.v1.RunService", "ListRuns", toBinary(ListRunsRequestSchema, listOf(""))],
  () => [
    "operator.v1.RunService",
    "AnswerCall",
    toBinary(AnswerCallRequestSchema, create(AnswerCallRequestSchema, { runId: "run_1", answer: { values: wide } })),
  ],
  () => [
    "operator.v1.FileService",
    "BeginUpload",
    toBinary(
      BeginUploadRequestSchema,
      create(BeginUploadRequestSchema, { runId: "run_1", name: "a", size: 2n ** 32n, requestId: randomUUID() }),
    ),
  ],
  () => ["operator.v1.RunService", "GetRun", Buffer.alloc(3_000_000, 0x0b)],
];

function listOf(text: string) {
  return create(ListRunsRequestSchema, { ...place, pageSize: 200, filter: { text } });
}

function start(params: Record<string, ReturnType<typeof toValue>>): Uint8Array {
  const request = { ...place, action: "inputs/input-text", params, requestId: randomUUID() };
  return toBinary(StartRunRequestSchema, create(StartRunRequestSchema, request));
}

/** Requests as fast as they are answered, eight at once. */
async function flood(): Promise<void> {
  const work = async (first: number) => {
    for (let i = first; ; i++) {
      const next = requests[i % requests.length];
      if (!next) return;
      const [service, method, body] = next();
      if (session.closed || session.destroyed) {
        session = connect(url);
        session.on("error", () => {});
      }
      const sent: Sent = {
        method: "POST",
        path: `/interval.${service}/${method}`,
        headers: { ...headers, "content-type": "application/proto" },
        body,
      };
      await overHttp2(session, sent);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, i) => work(i)));
}

/** Attaches again and again with a large catalogue, and logs for a run as much as goes through. */
async function attachForEver(): Promise<void> {
  const routes = Array.from({ length: 2000 }, (_, i) => ({
    path: `worst/${i}`,
    description: "x".repeat(500),
    kind: { case: "action" as const, value: {} },
  }));
  const line = { level: LogLevel.INFO, values: [toValue("x".repeat(100_000))] };
  while (true) {
    const connection = connect(url);
    connection.on("error", () => {});
    const stream = connection.request({
      ":method": "POST",
      ":path": `/${HostService.typeName}/Attach`,
      "content-type": "application/connect+proto",
      ...headers,
    });
    stream.on("error", () => {});
    stream.resume();
    const say = (frames: Parameters<typeof create<typeof HostFrameSchema>>[1][]) =>
      new Promise<void>((resolve) => {
        const message = create(AttachRequestSchema, { frames: frames.map((frame) => create(HostFrameSchema, frame)) });
        const timer = setTimeout(resolve, 2000);
        if (stream.closed || stream.destroyed) return resolve();
        stream.write(enveloped(toBinary(AttachRequestSchema, message)), () => {
          clearTimeout(timer);
          resolve();
        });
      });
    const hello = { sdkName: "worst", sdkVersion: "0.0.0", protocolMin: 1, protocolMax: 1, instanceId: randomUUID() };
    await say([{ body: { case: "hello", value: { ...hello, catalog: { routes, digest: randomUUID() } } } }]);
    for (let i = 1; i < 200 && !stream.closed; i++) {
      await say([
        { body: { case: "routes", value: { catalog: { routes: routes.slice(i), digest: String(i) } } } },
        { sequence: BigInt(i), scope: { case: "runId", value: "run_1" }, body: { case: "log", value: line } },
      ]);
    }
    connection.destroy();
  }
}

await (role === "host" ? attachForEver() : flood());
