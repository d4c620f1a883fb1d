// One run from its start to its end, as a program or person would operate it who repeats what was not answered, and as those who are less careful.
import { setTimeout as pause } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import { CallStatus, isOver, toParams } from "@interval/proto";
import { isConflict } from "./api.js";
import { fraction, Random } from "./seeded.js";
import { digestOf } from "./views.js";
import { refusal } from "./workload.js";

/** How far a stream may be behind what is asked for, in milliseconds, before what it shows counts as stale. */
const behindMs = 30_000;

/** Programs of durable actions: the last two are edited between deploys. */
const durablePrograms = { durable: 4, reworded: 3, edited: 3 };

/**
 * Operates a run.
 * @param task its `number`, the `seed`, which `attempt` this is, and `isLast` when nothing but the end is wanted any more
 * @returns "over", or "left" when the client has vanished
 */
export function operate(parts) {
  return new Operation(parts).run();
}

class Operation {
  #api;
  #watcher;
  #note;
  #tick;
  #task;
  #random;
  #runId = "";
  /** The highest revision of each call that was acknowledged. */
  #answered = new Map();
  #traits;

  constructor({ api, watcher, note, task, tick }) {
    const { seed, number, attempt, isLast } = task;
    this.#random = new Random(seed, number, "client", attempt);
    this.#api = api;
    this.#watcher = watcher;
    this.#task = task;
    this.#tick = tick;
    this.#note = (entry) => note({ run: this.#runId, number, ...entry });
    const is = (name, likelihood) => !isLast && fraction(seed, number, name) < likelihood;
    this.#traits = {
      view: this.#random.pick({ watch: 6, poll: 3, wait: 2 }),
      durable: fraction(seed, number, "durable") < 0.6,
      twice: is("twice", 0.2),
      old: is("old", 0.15),
      cancels: is("cancels", 0.06),
      leaves: is("leaves", 0.1) && attempt === 0,
    };
  }

  async run() {
    let state = await this.#start();
    const { view } = this.#traits;
    const followed = view === "watch" ? this.#watcher.follow(this.#runId, this.#task.number) : undefined;
    try {
      for (let step = 0; !isOver(state.run); step++) {
        if (this.#traits.leaves && step > this.#random.between(0, 3)) return "left";
        if (this.#traits.cancels && step > this.#random.between(0, 4)) await this.#cancel();
        state = (await this.#answerOpen(state)) ?? (await this.#look(state, followed));
      }
      if (followed) await this.#caughtUp(followed, (now) => isOver(now.run));
    } finally {
      followed?.leave();
    }
    await this.#get();
    this.#note({ what: "over" });
    this.#tick();
    return "over";
  }

  async #start() {
    const { seed, number, deadly } = this.#task;
    const action = this.#traits.durable ? new Random(seed, number, "program").pick(durablePrograms) : "plain";
    const request = { action, params: toParams({ seed, number, deadly }), requestId: `start ${number}` };
    // An action is not found while the server has only just started, and no host is back yet.
    const isFinal = ({ code }) => code === Code.InvalidArgument || code === Code.PermissionDenied;
    const { state } = await this.#api.insist("startRun", request, isFinal);
    this.#runId = state.run.id;
    this.#note({ what: "started" });
    this.#tick();
    this.#viewed(state, Date.now());
    return state;
  }

  /** Answers everything that is open. @returns the state after it, if the answer brought one */
  async #answerOpen(state) {
    const open = state.calls.filter(({ status }) => status === CallStatus.OPEN);
    let latest;
    for (const call of open) {
      await pause(this.#random.between(0, 60));
      const answers = [this.#answer(call, "a")];
      if (this.#traits.twice) answers.push(this.#answer(call, "b"));
      const [first] = await Promise.all(answers);
      latest = first ?? latest;
      if (this.#traits.old && this.#random.chance(0.5)) await this.#answer(call, "late");
    }
    return latest;
  }

  /** Gives an answer, again and again until something is made of it. */
  async #answer({ call, revision }, by) {
    const { seed, number } = this.#task;
    const refused = fraction(seed, number, call.key, revision, "refuse") < 0.2;
    const text = [number, call.key, revision, by, ...(refused ? [refusal] : [])].join("|");
    const requestId = `answer ${call.key} ${revision} ${by}`;
    const wait = this.#traits.view === "wait" ? { seconds: 2n } : undefined;
    const answer = {
      values: Object.fromEntries(call.components.flatMap((component) => valueFor(component, text, this.#task))),
    };
    const request = { runId: this.#runId, callKey: call.key, revision, answer, requestId, wait };
    const asked = Date.now();
    try {
      const { state } = await this.#api.insist("answerCall", request);
      this.#note({ what: "acknowledged", call: call.key, revision, value: text });
      this.#answered.set(call.key, Math.max(revision, this.#answered.get(call.key) ?? 0));
      this.#tick();
      if (state) this.#viewed(state, asked);
      return state;
    } catch (error) {
      if (!isConflict(error)) this.#note({ what: "odd", why: `answerCall ${text}: ${error.message}` });
      return undefined;
    }
  }

  async #look(state, followed) {
    if (!followed) {
      await pause(this.#random.between(20, 200));
      return this.#get(this.#random.chance(0.7) ? { seconds: 2n } : undefined);
    }
    if (this.#random.chance(0.03)) followed.reload();
    await followed.change(2000);
    // A state that is not there yet is waited for; one that does not move is held against what is asked for.
    if (followed.state && followed.state !== state) return followed.state;
    const now = await this.#get();
    if (isOver(now.run) || now.calls.some(({ status }) => status === CallStatus.OPEN)) {
      await this.#caughtUp(followed, ({ sequence }) => sequence >= now.sequence || isOver(now.run));
    }
    return now;
  }

  async #get(wait) {
    // What was acknowledged before is answered in whatever is asked for now.
    const answered = new Map(this.#answered);
    const asked = Date.now();
    const { state } = await this.#api.insist("getRun", { runId: this.#runId, wait });
    this.#viewed(state, asked);
    for (const { call, status, revision } of state.calls) {
      if (status === CallStatus.OPEN && revision <= (answered.get(call.key) ?? -1)) {
        this.#note({ what: "stale", why: `${call.key} is open at revision ${revision}, which was answered before` });
      }
    }
    return state;
  }

  /** Waits until a stream shows what is so. One that takes for ever is stale. */
  async #caughtUp(followed, isSo) {
    const until = Date.now() + behindMs;
    while (!(followed.state && isSo(followed.state))) {
      if (Date.now() > until) {
        this.#note({ what: "stale", why: `the stream stands at ${followed.state?.sequence ?? "nothing"}` });
        return;
      }
      await followed.change(500);
    }
  }

  async #cancel() {
    this.#traits.cancels = false;
    await this.#api.insist("cancelRun", { runId: this.#runId, requestId: "cancel" });
    this.#note({ what: "canceled" });
  }

  #viewed(state, asked) {
    this.#note({ what: "view", by: "request", asked, sequence: Number(state.sequence), digest: digestOf(state) });
  }
}

function valueFor({ key, kind }, text, task) {
  if (kind.case === "inputText") return [[key, { kind: { case: "inputText", value: { text } } }]];
  if (kind.case !== "inputNumber") return [];
  const number = 1 + Math.floor(fraction(task.seed, task.number, key, text) * 3);
  return [[key, { kind: { case: "inputNumber", value: { number } } }]];
}
