import { limits, type WatchUpdate } from "@interval/proto";
import { describe, expect, test } from "vitest";
import { AbortedError, PreconditionError, WatchGoneError } from "../errors.ts";
import type { Subscription } from "./subscription.ts";
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

/** Opens a subscription, and returns what sends to it. */
async function subscribe(watch: Watch, id: string, ended: () => void = () => undefined): Promise<Subscription["send"]> {
  const opened = Promise.withResolvers<Subscription["send"]>();
  await watch.subscribe(id, async () => (subscription) => {
    subscription.onEnd(ended);
    opened.resolve(subscription.send);
  });
  return opened.promise;
}

test("a viewer who is too slow is told once to subscribe again, and sent no more until then", async () => {
  const watch = new Watch("watch_1", "session_1");
  const ended: string[] = [];
  const busy = await subscribe(watch, "busy", () => ended.push("busy"));
  const calm = await subscribe(watch, "calm", () => ended.push("calm"));
  for (let i = 0; i < 10; i++) busy(line(limits.viewerQueueBytes / 4));
  expect(ended).toEqual(["busy"]);
  expect(watch.updates.bytes).toBeLessThan(limits.viewerQueueBytes * 1.5);
  watch.say({ case: "heartbeat", value: {} });
  const again = await subscribe(watch, "calm", () => ended.push("calm again"));
  calm(line(1)); // replaced: nothing of it is sent any more
  again(line(1));
  expect(ended).toEqual(["busy", "calm", "calm again"]);
  const full = "Too much was waiting to be sent.";
  const lines = Array.from({ length: 4 }, () => "busy line");
  expect(await sent(watch)).toEqual([...lines, `busy ${full}`, " heartbeat", `calm ${full}`]);
});

test("a viewer who has caught up and subscribes again is sent everything", async () => {
  const watch = new Watch("watch_1", "session_1");
  const first = await subscribe(watch, "run");
  for (let i = 0; i < 6; i++) first(line(limits.viewerQueueBytes / 4));
  const reader = watch.updates[Symbol.asyncIterator]();
  while (watch.updates.bytes > 0) await reader.next();
  const second = await subscribe(watch, "run");
  second(line(1));
  expect(await sent(watch)).toEqual(["run line"]);
});

test("updates that belong together are sent whole, however large", async () => {
  const watch = new Watch("watch_1", "session_1");
  const send = await subscribe(watch, "list");
  send(...Array.from({ length: 5 }, () => line(limits.viewerQueueBytes / 2)));
  expect(await sent(watch)).toEqual(Array.from({ length: 5 }, () => "list line"));
});

test("a watch that ends, ends its subscriptions, and takes nothing more", async () => {
  const watch = new Watch("watch_1", "session_1");
  const ended: string[] = [];
  const send = await subscribe(watch, "a", () => ended.push("a"));
  await subscribe(watch, "b", () => ended.push("b"));
  watch.unsubscribe("b");
  watch.close();
  send(line(1));
  watch.say({ case: "heartbeat", value: {} });
  expect(ended).toEqual(["b", "a"]);
  await expect(subscribe(watch, "c")).rejects.toThrow(WatchGoneError);
});

describe("a subscription that is not open yet", () => {
  /** A subscription that waits for its topic to be found. */
  function opening(watch: Watch, id = "run") {
    const { promise: found, resolve: find, reject: fail } = Promise.withResolvers<void>();
    let opened = 0;
    const done = watch.subscribe(id, async () => {
      await found;
      return () => void opened++;
    });
    done.catch(() => undefined);
    return { done, find, fail, opened: () => opened };
  }

  test.each<[string, (watch: Watch) => unknown]>([
    ["unsubscribed", (watch) => watch.unsubscribe("run")],
    ["replaced", (watch) => subscribe(watch, "run")],
    ["ended with its watch", (watch) => watch.close()],
  ])("is never opened once it was %s", async (_how, end) => {
    const watch = new Watch("watch_1", "session_1");
    const { done, find, opened } = opening(watch);
    await end(watch);
    find();
    await expect(done).rejects.toThrow(AbortedError);
    expect(opened()).toBe(0);
  });

  test("that was overtaken by its end is refused, also as one that replaces another", async () => {
    const watch = new Watch("watch_1", "session_1");
    watch.unsubscribe("late");
    await expect(subscribe(watch, "late")).rejects.toThrow('The subscription_id "late" was unsubscribed before.');
    const ended: string[] = [];
    await subscribe(watch, "run", () => ended.push("run"));
    watch.unsubscribe("run");
    await expect(subscribe(watch, "run")).rejects.toThrow(PreconditionError);
    expect(ended).toEqual(["run"]);
  });

  test("fails alone: what it replaced has ended, and what replaces it is opened", async () => {
    const watch = new Watch("watch_1", "session_1");
    const first = opening(watch);
    const second = opening(watch);
    first.fail(new Error("The disk is full."));
    second.find();
    await expect(first.done).rejects.toThrow("The disk is full.");
    await second.done;
    expect(second.opened()).toBe(1);
  });

  test("is one of a number that is limited, and so is what is remembered of former ones", async () => {
    const watch = new Watch("watch_1", "session_1");
    const most = limits.watchSubscriptions;
    for (let i = 0; i < most; i++) await subscribe(watch, `${i}`);
    await expect(subscribe(watch, "more")).rejects.toThrow(`The watch has ${most} subscriptions`);
    await subscribe(watch, "1");
    for (let i = 0; i < most; i++) watch.unsubscribe(`${i}`);
    watch.unsubscribe("one more");
    await subscribe(watch, "0"); // forgotten: it was unsubscribed first
    await expect(subscribe(watch, "1")).rejects.toThrow(PreconditionError);
  });
});
