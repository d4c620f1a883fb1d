import { limits, type WatchUpdate } from "@interval/proto";
import { expect, test } from "vitest";
import { Watch } from "./watch.ts";

const line = (size: number) => ({ case: "resync", value: { reason: "x".repeat(size) } }) as const;

/** What waits to be sent, by subscription. */
async function sent(watch: Watch): Promise<string[]> {
  watch.updates.close();
  const updates: WatchUpdate[] = [];
  for await (const batch of watch.updates) updates.push(...batch);
  return updates.map(({ subscriptionId, kind }) => {
    const reason = kind.case === "resync" ? kind.value.reason : "";
    return `${subscriptionId} ${reason.startsWith("x") ? "line" : reason || kind.case}`;
  });
}

test("a viewer who is too slow is told once to subscribe again, and sent no more until then", async () => {
  const watch = new Watch("watch_1", "session_1");
  const ended: string[] = [];
  const busy = watch.subscribe("busy", () => ended.push("busy"));
  const calm = watch.subscribe("calm", () => ended.push("calm"));
  for (let i = 0; i < 10; i++) busy(line(limits.viewerQueueBytes / 4));
  expect(ended).toEqual(["busy"]);
  expect(watch.updates.bytes).toBeLessThan(limits.viewerQueueBytes * 1.5);
  watch.say({ case: "heartbeat", value: {} });
  const again = watch.subscribe("calm", () => ended.push("calm again"));
  calm(line(1)); // replaced: nothing of it is sent any more
  again(line(1));
  expect(ended).toEqual(["busy", "calm", "calm again"]);
  const full = "Too much was waiting to be sent.";
  const lines = Array.from({ length: 4 }, () => "busy line");
  expect(await sent(watch)).toEqual([...lines, `busy ${full}`, " heartbeat", `calm ${full}`]);
});

test("a viewer who has caught up and subscribes again is sent everything", async () => {
  const watch = new Watch("watch_1", "session_1");
  const first = watch.subscribe("run", () => undefined);
  for (let i = 0; i < 6; i++) first(line(limits.viewerQueueBytes / 4));
  const reader = watch.updates[Symbol.asyncIterator]();
  while (watch.updates.bytes > 0) await reader.next();
  const second = watch.subscribe("run", () => undefined);
  second(line(1));
  expect(await sent(watch)).toEqual(["run line"]);
});

test("a watch that ends, ends its subscriptions, and takes nothing more", () => {
  const watch = new Watch("watch_1", "session_1");
  const ended: string[] = [];
  const send = watch.subscribe("a", () => ended.push("a"));
  watch.subscribe("b", () => ended.push("b"));
  watch.unsubscribe("b");
  watch.close();
  send(line(1));
  watch.say({ case: "heartbeat", value: {} });
  expect(ended).toEqual(["b", "a"]);
});
