import { randomUUID } from "node:crypto";
import { create, fromJson, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AttachRequestSchema,
  AttachResponseSchema,
  HelloSchema,
  type HostFrame,
  HostFrameSchema,
  HostService,
  type ServerFrame,
} from "@interval/proto";
import { binaryBody } from "./bodies.ts";
import { learn } from "./learn.ts";
import type { Scene } from "./scene.ts";
import { RawStream } from "./streams.ts";
import { callUnary } from "./unary.ts";

/** A run that the server has given to the fuzzer's host. */
interface GivenRun {
  id: string;
  epoch: number;
  sequence: bigint;
}

const runBodies = HostFrameSchema.fields.filter(({ oneof, number }) => oneof?.name === "body" && number >= 20);

/** Attaches as a host, takes runs, and says anything about them and about the runs of others. */
export async function actAsHost(scene: Scene): Promise<number> {
  const { random, world } = scene;
  const runs: GivenRun[] = [];
  let isWelcome = false;
  const name = HostService.method.attach.name;
  const stream = new RawStream(
    scene,
    {
      path: `/${HostService.typeName}/${name}`,
      headers: { authorization: `Bearer ${random.chance(0.97) ? world.hostKey : "none"}` },
      output: AttachResponseSchema,
    },
    (response) => {
      learn(AttachResponseSchema, response, scene.pool);
      for (const frame of response.frames) {
        isWelcome ||= frame.body.case === "welcome";
        note(frame, runs);
      }
    },
  );
  let sent = 0;
  await stream.message(hello(scene));
  sent++;
  await stream.until(() => isWelcome);
  // Calls by others at the same time give the host runs to speak of.
  for (let turns = random.between(1, 12); turns > 0 && !stream.isOver; turns--) {
    sent += await callUnary(scene);
    const frames = Array.from({ length: random.between(1, 40) }, () => frame(scene, runs));
    const bytes = binaryBody(AttachRequestSchema, create(AttachRequestSchema, { frames }), random);
    await stream.message(bytes, random.chance(0.01) ? random.between(1, 255) : 0);
    sent += frames.length;
  }
  random.weighted([
    [5, () => stream.cut()],
    [3, () => stream.finish()],
    [2, () => void stream.write(random.bytes(20)).then(() => stream.finish())],
  ])();
  setTimeout(() => stream.cut(), 500).unref();
  return sent;
}

function note({ scope, body }: ServerFrame, runs: GivenRun[]): void {
  if (scope.case !== "runId" || body.case !== "startRun") return;
  runs.push({ id: scope.value, epoch: body.value.epoch, sequence: 0n });
}

/** Mostly a good one, with actions and a page that operators of the fuzzer may start. */
function hello({ random, messages, pool }: Scene): Uint8Array {
  if (random.chance(0.15)) {
    const body = { case: "hello" as const, value: messages.make(HelloSchema) };
    return binaryBody(AttachRequestSchema, attach(body as HostFrame["body"]), random);
  }
  const actions = ["fuzzed", `fuzzed/${random.between(0, 5)}`];
  pool.add("action", ...actions);
  const routes = actions.map((path) => ({ path, action: {} }));
  const liveRuns = Array.from({ length: random.between(0, 3) }, () => ({
    runId: pool.pick({ localName: "runId" }, random) ?? "run_none",
    lastSequence: String(random.between(0, 20)),
    epoch: random.between(0, 3),
  }));
  const value = fromJson(HostFrameSchema, {
    hello: {
      sdkName: "fuzz",
      sdkVersion: "0.0.0",
      protocolMin: 1,
      protocolMax: 1,
      instanceId: random.chance(0.2) ? (pool.pick({ localName: "hostInstanceId" }, random) ?? "a") : randomUUID(),
      catalog: { routes: [...routes, { path: "pages", page: {} }], digest: String(random.between(0, 2)) },
      liveRuns,
    },
  });
  return toBinary(AttachRequestSchema, attach(value.body));
}

function attach(body: HostFrame["body"]) {
  const frame: MessageInitShape<typeof HostFrameSchema> = { body };
  return create(AttachRequestSchema, { frames: [frame] });
}

/** A frame of a run of this host's, in order and whole, or anything else. */
function frame({ random, messages, pool }: Scene, runs: GivenRun[]): HostFrame {
  const run = runs.length > 0 && random.chance(0.85) ? random.of(runs) : undefined;
  if (!run || random.chance(0.05)) return messages.make(HostFrameSchema) as HostFrame;
  const field = random.of(runBodies);
  const made = field.message ? messages.make(field.message) : undefined;
  const body = { case: field.localName, value: made } as HostFrame["body"];
  if (random.chance(0.95)) run.sequence++;
  else run.sequence = random.of([0n, run.sequence + 2n, 2n ** 53n, 2n ** 63n - 1n, -1n]);
  if (body.case === "finish" && random.chance(0.7))
    return create(HostFrameSchema, { body: { case: "heartbeat", value: {} } });
  if (body.case === "call" && body.value.call) pool.add("callKey", body.value.call.key);
  const scope =
    random.chance(0.97) || run === undefined
      ? { case: "runId" as const, value: run.id }
      : { case: "runId" as const, value: pool.pick({ localName: "runId" }, random) ?? "" };
  return create(HostFrameSchema, { sequence: run.sequence, epoch: run.epoch, scope, body });
}
