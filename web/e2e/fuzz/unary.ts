import { type DescMethod, type DescService, fromBinary, fromJsonString, isMessage } from "@bufbuild/protobuf";
import * as proto from "@interval/proto";
import { AnswerCallRequestSchema, FetchRequestSchema, RunStateSchema } from "@interval/proto";
import { binaryBody, compressed, jsonBody } from "./bodies.ts";
import { learn } from "./learn.ts";
import type { Scene } from "./scene.ts";
import { oddText } from "./texts.ts";
import { enveloped, type Sent } from "./wire.ts";

const isService = (value: unknown): value is DescService =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "service";
const services = Object.values<unknown>(proto).filter(isService);
const methods = services.flatMap((service) => service.methods);
const unary = methods.filter(({ methodKind }) => methodKind === "unary");
/** What moves runs on comes more often than what only reads. */
const often = unary.filter(({ name }) => ["StartRun", "AnswerCall", "GetRun", "Fetch", "BeginUpload"].includes(name));

/** Calls a unary method with a message made for it, and anything that may go wrong on the way. */
export async function callUnary(scene: Scene): Promise<number> {
  const { random, pool } = scene;
  const method = random.chance(0.4) ? random.of(often) : random.of(unary);
  const caller = scene.caller();
  const sent = request(scene, method);
  sent.headers = { ...caller.headers, ...sent.headers, ...oddHeaders(scene) };
  const what = `${method.parent.name}.${method.name} by ${caller.name} (${sent.headers["content-type"] ?? "GET"}, ${sent.body.length} bytes)`;
  const { status, headers, body } = await scene.send(what, sent);
  if (status === 200 && headers["content-type"] === "application/proto") {
    const message = fromBinary(method.output, body);
    learn(method.output, message, pool);
    if ("state" in message && isMessage(message.state, RunStateSchema)) scene.openCalls.note(message.state);
  }
  return 1;
}

/** Teaches the pool what exists: the catalogue, runs and keys of "main". */
export async function lookAround(scene: Scene): Promise<void> {
  const lists = unary.filter(({ name }) => ["ListActions", "ListRuns", "ListKeys"].includes(name));
  const body = JSON.stringify({ organization: "main", environment: "production" });
  for (const method of lists) {
    for (const { name, headers } of scene.world.callers.slice(0, 3)) {
      const sent = {
        method: "POST",
        path: pathOf(method),
        headers: { ...headers, "content-type": "application/json" },
        body,
      };
      const reply = await scene.send(`${method.name} by ${name}`, sent);
      if (reply.status === 200) learn(method.output, fromJsonString(method.output, reply.body.toString()), scene.pool);
    }
  }
}

function request({ random, messages, openCalls }: Scene, method: DescMethod): Sent {
  const path = pathOf(method);
  const message = messages.make(method.input);
  if (isMessage(message, AnswerCallRequestSchema) && random.chance(0.8)) openCalls.aim(message, random, messages);
  if (isMessage(message, FetchRequestSchema) && random.chance(0.8)) openCalls.aimFetch(message, random, messages);
  return random.weighted<() => Sent>([
    [
      60,
      () => ({
        method: "POST",
        path,
        headers: { "content-type": "application/proto" },
        body: binaryBody(method.input, message, random),
      }),
    ],
    [
      25,
      () => ({
        method: "POST",
        path,
        headers: { "content-type": "application/json" },
        body: jsonBody(method.input, message, random),
      }),
    ],
    [
      6,
      () => ({
        method: "POST",
        path,
        headers: { "content-type": random.of(["application/proto", "application/json"]), "content-encoding": "gzip" },
        body: compressed(binaryBody(method.input, message, random), random),
      }),
    ],
    [4, () => grpc(path, binaryBody(method.input, message, random), random)],
    [
      3,
      () => ({
        method: "GET",
        path: `${path}?connect=v1&encoding=json&message=${encodeURIComponent(jsonBody(method.input, message, random).slice(0, 4000))}`,
        headers: {},
        body: "",
      }),
    ],
    [
      2,
      () => ({
        method: random.of(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"]),
        path,
        headers: {
          "content-type": random.of(["text/plain", "application/grpc-web-text", "multipart/form-data", "a", ""]),
        },
        body: oddText(random),
      }),
    ],
  ])();
}

function grpc(path: string, body: Uint8Array, random: Scene["random"]): Sent {
  const flags = random.weighted([
    [8, 0],
    [1, 1],
    [1, 0x80],
    [1, 255],
  ]);
  const contentType = random.of(["application/grpc+proto", "application/grpc-web+proto", "application/grpc"]);
  const whole = enveloped(body, flags);
  const cut = random.chance(0.2) ? whole.subarray(0, random.between(0, whole.length)) : whole;
  return { method: "POST", path, headers: { "content-type": contentType, te: "trailers" }, body: cut };
}

function oddHeaders({ random }: Scene): Record<string, string> {
  if (random.chance(0.75)) return {};
  return random.weighted<() => Record<string, string>>([
    [2, () => ({ "connect-timeout-ms": random.of(["0", "1", "-1", "99999999999", "abc", "1e3", ""]) })],
    [1, () => ({ "connect-protocol-version": random.of(["1", "2", "", "a"]) })],
    [1, () => ({ "accept-encoding": random.of(["gzip", "br", "gzip;q=0", "*"]) })],
    [1, () => ({ "content-encoding": random.of(["br", "deflate", "gzip", "identity", "zstd", "gzip, gzip"]) })],
    [1, () => ({ origin: random.of(["null", "https://example.com", "http://localhost", "a"]) })],
    [1, () => ({ authorization: random.of(["Bearer", "Bearer ", "Basic YTpi", `Bearer ${"a".repeat(5000)}`]) })],
    [1, () => ({ cookie: random.of(["a", "=;=;=", `a=${"b; ".repeat(2000)}`, "%E0%A4%A=1"]) })],
    [1, () => ({ "x-forwarded-for": random.of(["1.2.3.4", "::1, 1.1.1.1", "a".repeat(1000), ""]) })],
    [1, () => ({ "grpc-timeout": random.of(["1n", "99999999H", "a", ""]) })],
  ])();
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}
