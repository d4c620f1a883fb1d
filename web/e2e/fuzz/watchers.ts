import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { SubscribeRequestSchema, WatchRequestSchema, WatchResponseSchema, WatchService } from "@interval/proto";
import { learn } from "./learn.ts";
import type { Scene } from "./scene.ts";
import { RawStream } from "./streams.ts";

const { watch, subscribe, unsubscribe } = WatchService.method;

/** Watches, and subscribes and unsubscribes in any order, also to what is not the caller's. */
export async function watchAll(scene: Scene): Promise<number> {
  const { random, messages, pool } = scene;
  const { name, headers } = scene.caller();
  let watchId = "";
  const path = `/${WatchService.typeName}/${watch.name}`;
  const stream = new RawStream(scene, { path, headers, output: WatchResponseSchema }, (response) => {
    learn(WatchResponseSchema, response, pool);
    for (const { kind } of response.updates) if (kind.case === "opened") watchId = kind.value.watchId;
  });
  await stream.message(toBinary(WatchRequestSchema, create(WatchRequestSchema)));
  stream.finish();
  await stream.until(() => watchId !== "");
  const subscriptions: string[] = [];
  const call = (method: typeof subscribe | typeof unsubscribe, body: Uint8Array) =>
    scene.send(`${method.name} by ${name}`, {
      method: "POST",
      path: `/${WatchService.typeName}/${method.name}`,
      headers: { ...headers, "content-type": "application/proto" },
      body,
    });
  const pending: Promise<unknown>[] = [];
  const count = random.between(1, 15);
  for (let i = 0; i < count; i++) {
    const made = messages.make(SubscribeRequestSchema) as ReturnType<typeof create<typeof SubscribeRequestSchema>>;
    if (random.chance(0.9)) made.watchId = watchId;
    if (random.chance(0.8))
      made.subscriptionId = random.chance(0.2) && subscriptions[0] ? subscriptions[0] : randomUUID();
    subscriptions.push(made.subscriptionId);
    pending.push(call(subscribe, toBinary(SubscribeRequestSchema, made)));
    if (random.chance(0.5)) {
      const { watchId, subscriptionId } = { ...made, subscriptionId: random.of(subscriptions) };
      pending.push(
        call(unsubscribe, toBinary(unsubscribe.input, create(unsubscribe.input, { watchId, subscriptionId }))),
      );
    }
  }
  if (random.chance(0.5)) await Promise.all(pending);
  stream.cut();
  await Promise.all(pending);
  return 1 + pending.length;
}
