import { randomUUID } from "node:crypto";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  BeginUploadRequestSchema,
  BeginUploadResponseSchema,
  CallStatus,
  FileService,
  RunService,
  StartRunRequestSchema,
  StartRunResponseSchema,
} from "@interval/proto";
import type { Scene } from "./scene.ts";
import { oddText } from "./texts.ts";
import type { Caller } from "./world.ts";

/** Announces files for a question that asks for one, and sends their bytes wrongly, late, twice or not at all. */
export async function uploadFiles(scene: Scene): Promise<number> {
  const { random, pool } = scene;
  const caller = random.of(scene.world.callers.slice(0, 3));
  const started = create(StartRunRequestSchema, {
    organization: "main",
    environment: "production",
    action: "inputs/input-file",
    requestId: randomUUID(),
    wait: { seconds: 5n },
  });
  const path = `/${RunService.typeName}/StartRun`;
  const reply = await post(scene, caller, path, toBinary(StartRunRequestSchema, started));
  if (reply.status !== 200) return 1;
  const { state } = fromBinary(StartRunResponseSchema, reply.body);
  const open = state?.calls.find(({ status }) => status === CallStatus.OPEN)?.call;
  let sent = 1;
  for (let files = random.between(1, 5); files > 0; files--) {
    const size = random.of([0, 1, 10, 1000, 100_000]);
    const request = create(BeginUploadRequestSchema, {
      runId: state?.run?.id ?? "",
      purpose: {
        case: "answer",
        value: { callKey: open?.key ?? "", componentKey: open?.components[0]?.key ?? oddText(random) },
      },
      name: random.chance(0.5) ? "a.txt" : oddText(random),
      mediaType: random.chance(0.5) ? "text/plain" : oddText(random),
      size: BigInt(random.chance(0.9) ? size : random.of([-1, 2 ** 40, 2 ** 53])),
      requestId: randomUUID(),
    });
    const begun = await post(
      scene,
      caller,
      `/${FileService.typeName}/BeginUpload`,
      toBinary(BeginUploadRequestSchema, request),
    );
    sent++;
    if (begun.status !== 200) continue;
    const { assetId } = fromBinary(BeginUploadResponseSchema, begun.body);
    pool.add("assetId", assetId);
    for (let requests = random.between(1, 5); requests > 0; requests--) {
      await askAsset(scene, random.chance(0.8) ? caller : scene.caller(), assetId, size);
      sent++;
    }
  }
  return sent;
}

async function askAsset(scene: Scene, caller: Caller, id: string, size: number): Promise<void> {
  const { random } = scene;
  const method = random.of(["PUT", "PATCH", "PATCH", "HEAD", "GET", "DELETE"]);
  const length = random.of([size, size, 0, 1, size + 1, 50]);
  const offset = random.of([0, 0, size, 1, -1, 2 ** 53, size - 1]);
  const headers: Record<string, string> = {
    ...caller.headers,
    ...(random.chance(0.8) && { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }),
    ...(random.chance(0.5) && {
      "content-range": `bytes ${offset}-${offset + length}/${random.of(["*", String(size), "a"])}`,
    }),
    ...(random.chance(0.3) && {
      range: random.of(["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,2-3", "bytes=a", "lines=1"]),
    }),
    ...(random.chance(0.3) && { "if-none-match": random.of(["*", '"a"', "a ,  b", `a${" ".repeat(5000)}b`]) }),
  };
  const body = method === "PUT" || method === "PATCH" ? random.bytes(Math.min(length, 100_000)) : "";
  await scene.send(`${method} asset by ${caller.name}`, { method, path: `/assets/${id}`, headers, body });
}

function post(scene: Scene, { name, headers }: Caller, path: string, body: Uint8Array) {
  const sent = { method: "POST", path, headers: { ...headers, "content-type": "application/proto" }, body };
  return scene.send(`${path} by ${name}`, sent);
}
