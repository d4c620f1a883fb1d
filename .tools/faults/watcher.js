// What a dashboard shows: states of runs, folded from one stream, which is opened again after each loss and goes on where it was.
import { setTimeout as pause } from "node:timers/promises";
import { reduceRun } from "@interval/proto";
import { digestOf } from "./views.js";

/** A stream that was silent for this long is lost, in milliseconds. */
const silenceMs = 3500;

/** The runs that one process watches. */
export class Watcher {
  #api;
  #note;
  #followed = new Map();
  #bySubscription = new Map();
  #subscriptions = 0;
  #watchId = "";
  #loop;
  #giveUp = () => {};

  constructor(api, note) {
    this.#api = api;
    this.#note = note;
  }

  /** Watches a run. `change()` resolves when its state has changed, or after a while. */
  follow(runId, number) {
    const followed = { runId, number, state: undefined, last: 0n, changed: () => {}, subscription: "" };
    followed.change = (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        followed.changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    followed.leave = () => this.#drop(followed);
    // Once in a while everything is fetched anew, as by a tab that was reloaded.
    followed.reload = () => {
      followed.state = undefined;
      void this.#subscribe(followed);
    };
    this.#followed.set(runId, followed);
    this.#loop ??= this.#run();
    void this.#subscribe(followed);
    return followed;
  }

  #drop(followed) {
    this.#followed.delete(followed.runId);
    this.#bySubscription.delete(followed.subscription);
    const request = { watchId: this.#watchId, subscriptionId: followed.subscription };
    this.#api.watches.unsubscribe(request, { timeoutMs: 5000 }).catch(() => {});
  }

  async #run() {
    while (true) {
      const abort = new AbortController();
      this.#giveUp = () => abort.abort();
      let silence = setTimeout(this.#giveUp, silenceMs * 2);
      try {
        for await (const { updates } of this.#api.watches.watch({}, { signal: abort.signal })) {
          clearTimeout(silence);
          silence = setTimeout(this.#giveUp, silenceMs);
          for (const update of updates) this.#hear(update);
        }
      } catch {
        // lost: what follows is the same for every reason
      }
      clearTimeout(silence);
      this.#watchId = "";
      this.#bySubscription.clear();
      await pause(100);
    }
  }

  #hear({ subscriptionId, kind }) {
    if (kind.case === "opened") {
      this.#watchId = kind.value.watchId;
      for (const followed of this.#followed.values()) void this.#subscribe(followed);
      return;
    }
    const followed = this.#bySubscription.get(subscriptionId);
    if (!followed) return;
    if (kind.case === "resync") void this.#subscribe(followed);
    if (kind.case === "runState") this.#show(followed, kind.value);
    if (kind.case === "runEvent" && followed.state) {
      const { sequence } = kind.value;
      if (sequence !== 0n && sequence <= followed.last) {
        this.#note({ what: "repeated", run: followed.runId, number: followed.number, sequence: Number(sequence) });
      }
      this.#show(followed, reduceRun(followed.state, kind.value));
    }
  }

  #show(followed, state) {
    followed.state = state;
    followed.last = state.sequence;
    const { runId: run, number } = followed;
    this.#note({ what: "view", by: "watch", run, number, sequence: Number(state.sequence), digest: digestOf(state) });
    followed.changed();
  }

  /** Subscribes under a name of its own, so that what an earlier subscription still sends is told apart. */
  async #subscribe(followed) {
    const watchId = this.#watchId;
    if (!watchId) return;
    const subscriptionId = `run-${++this.#subscriptions}`;
    this.#bySubscription.delete(followed.subscription);
    followed.subscription = subscriptionId;
    this.#bySubscription.set(subscriptionId, followed);
    const value = { runId: followed.runId, afterSequence: followed.state?.sequence ?? 0n };
    try {
      await this.#api.watches.subscribe(
        { watchId, subscriptionId, topic: { case: "run", value } },
        { timeoutMs: 5000 },
      );
    } catch {
      // Whatever it was, a stream that is opened anew subscribes to everything.
      if (followed.subscription === subscriptionId && this.#watchId === watchId) this.#giveUp();
    }
  }
}
