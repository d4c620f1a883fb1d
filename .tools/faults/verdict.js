// Holds what clients were told and what handlers saw against the journal.
import { join } from "node:path";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { emptyRunState, FailureReason, fromValue, isOver, reduceRun } from "@interval/proto";
import { divergences } from "./divergences.js";
import { Journal } from "./journal.js";
import { readLedger } from "./ledger.js";
import { digestOf } from "./views.js";

/**
 * What went wrong, by kind: each with the run and why.
 * @param left the numbers of runs that no client has seen the end of
 */
export function judge({ dir, runs, left }) {
  const faults = { lost: [], doubled: [], stuck: [], stale: [] };
  const ends = {};
  const journal = new Journal(dir);
  const ledger = groupByRun(readLedger(join(dir, "ledger")));
  const byNumber = new Map();
  const stored = journal.runs();
  for (const { id, number, run, sequence } of stored) {
    const tell = (kind, why) => faults[kind].push({ run: id, number, why });
    if (byNumber.has(number)) tell("doubled", `the request to start made ${byNumber.get(number)}, too`);
    byNumber.set(number, id);
    const end = new RunVerdict({
      events: journal.events(id),
      ledger: ledger.of(id),
      run,
      sequence,
      hostsEnded: ledger.hostsEnded,
      tell,
    });
    const name = end.judge();
    ends[name] = (ends[name] ?? 0) + 1;
  }
  for (const number of left) {
    const id = byNumber.get(number);
    const known = stored.find((each) => each.id === id);
    if (!id) faults.stuck.push({ run: "none", number, why: "it was never started" });
    else if (isOver(known.run)) faults.stuck.push({ run: id, number, why: "no client got to see its end" });
  }
  for (const { run, number, why } of ledger.odd) faults.lost.push({ run, number, why });
  if (stored.length < runs && left.length === 0)
    faults.lost.push({ run: "none", number: 0, why: `only ${stored.length} runs are stored` });
  return { ...faults, ends };
}

function groupByRun(entries) {
  const byRun = new Map();
  for (const [what, list] of Object.entries(entries)) {
    for (const entry of list) {
      if (!entry.run) continue;
      if (!byRun.has(entry.run)) byRun.set(entry.run, {});
      const own = byRun.get(entry.run);
      own[what] ??= [];
      own[what].push(entry);
    }
  }
  return {
    of: (run) => byRun.get(run) ?? {},
    odd: entries.odd ?? [],
    hostsEnded: new Set((entries["host ended"] ?? []).map(({ pid }) => pid)),
  };
}

/** One run's verdict. */
class RunVerdict {
  #run;
  #sequence;
  #events;
  #ledger;
  #hostsEnded;
  #tell;
  /** The values that were submitted and accepted, by call and revision. */
  #submitted = new Map();
  #accepted = new Map();
  #steps = new Map();
  #lines = [];
  #outcome;
  #isCanceled = false;
  /** Whether its last execution was of a program that does not agree with what was recorded. */
  #mayDiverge = false;

  constructor({ run, sequence, events, ledger, hostsEnded, tell }) {
    this.#run = run;
    this.#sequence = sequence;
    this.#events = events;
    this.#hostsEnded = hostsEnded;
    this.#tell = tell;
    const noted = { began: [], saw: [], effect: [], acknowledged: [], view: [], stale: [], repeated: [], ...ledger };
    this.#ledger = noted;
  }

  /** @returns how the run ended, in a word */
  judge() {
    this.#readJournal();
    this.#judgeAnswers();
    this.#judgeSteps();
    this.#judgeDivergence();
    this.#judgeViews();
    return this.#judgeEnd();
  }

  #readJournal() {
    this.#events.forEach(({ sequence, time, kind }, i) => {
      if (Number(sequence) !== i + 1)
        this.#tell("doubled", `event ${i + 1} of the journal has the sequence ${sequence}`);
      if (this.#outcome && kind.case !== "patched") this.#tell("doubled", `${kind.case} follows the end`);
      const { value } = kind;
      const put = (map, key, what, said) => {
        if (map.has(key)) this.#tell("doubled", `${key} was ${what} twice`);
        map.set(key, said);
      };
      if (kind.case === "submitted") {
        put(this.#submitted, `${value.callKey}@${value.revision}`, "submitted", textOf(value.answer));
      }
      if (kind.case === "accepted") {
        put(this.#accepted, value.callKey, "accepted", this.#submitted.get(`${value.callKey}@${value.revision}`));
      }
      if (kind.case === "stepped") put(this.#steps, value.key, "recorded", timestampMs(time));
      if (kind.case === "logged") this.#lines.push(value.values.map((each) => fromValue(each)).join(" "));
      if (kind.case === "finished") this.#outcome = value.outcome;
      if (kind.case === "cancelRequested") this.#isCanceled = true;
    });
    if (this.#sequence !== this.#events.length) {
      this.#tell("lost", `the run stands at ${this.#sequence}, the journal has ${this.#events.length} events`);
    }
    const doubled = this.#lines.filter((line, i) => this.#lines.indexOf(line) !== i);
    if (doubled.length > 0) this.#tell("doubled", `logged twice: ${doubled.join(", ")}`);
  }

  #judgeAnswers() {
    for (const { call, revision, value } of this.#ledger.acknowledged) {
      const stored = this.#submitted.get(`${call}@${revision}`);
      if (stored === undefined) this.#tell("lost", `"${value}" was acknowledged and is not in the journal`);
      else if (stored !== value) this.#tell("doubled", `"${value}" was acknowledged, and so was "${stored}"`);
    }
    const values = new Set(this.#submitted.values());
    const executions = Map.groupBy(this.#ledger.saw, ({ execution }) => execution);
    for (const [execution, saw] of executions) {
      const seen = saw.map(({ value }) => value);
      const again = seen.filter((value, i) => seen.indexOf(value) !== i);
      if (again.length > 0) this.#tell("doubled", `the execution ${execution} saw twice: ${again.join(", ")}`);
      const unknown = seen.filter((value) => !values.has(value));
      if (unknown.length > 0) this.#tell("lost", `the handler saw what is not in the journal: ${unknown.join(", ")}`);
    }
    if (!this.#run.durable && this.#ledger.began.length > 1)
      this.#tell("doubled", "a run that is not durable was executed twice");
    // Every execution of a run is given the same answers.
    const perCall = Map.groupBy(this.#ledger.saw, ({ value }) => value.split("|")[1]);
    for (const [call, saw] of perCall) {
      const different = new Set(saw.map(({ value }) => value));
      if (different.size > 1) this.#tell("doubled", `${call} gave ${[...different].join(" and ")}`);
    }
  }

  #judgeSteps() {
    const beginnings = new Map(this.#ledger.began.map(({ execution, at }) => [execution, at]));
    for (const [step, effects] of Map.groupBy(this.#ledger.effect, (entry) => entry.step)) {
      if (new Set(effects.map(({ key }) => key)).size > 1)
        this.#tell("doubled", `the step ${step} had several idempotency keys`);
      const executions = new Set(effects.map(({ execution }) => execution));
      if (executions.size < effects.length) this.#tell("doubled", `the step ${step} ran twice in one execution`);
      // An execution that began after the record has the record. One that was frozen meanwhile could not know.
      const recorded = this.#steps.get(step);
      const late = effects.filter(({ execution }) => beginnings.get(execution) > recorded);
      if (late.length > 0) this.#tell("doubled", `the step ${step} ran again after it was recorded`);
    }
  }

  /** What executes a program that was edited under its record does nothing more. */
  #judgeDivergence() {
    const { wentOn, isLast } = divergences(this.#run, this.#events);
    for (const what of wentOn) this.#tell("lost", `it went on under an edited program: ${what}`);
    this.#mayDiverge = isLast;
  }

  #judgeViews() {
    for (const { why } of this.#ledger.stale) this.#tell("stale", why);
    for (const { sequence } of this.#ledger.repeated)
      this.#tell("doubled", `event ${sequence} was sent twice to one subscription`);
    const views = Map.groupBy(this.#ledger.view, ({ sequence }) => sequence);
    let state = emptyRunState();
    const wrong = new Set();
    const compare = (sequence, digest) => {
      for (const view of views.get(sequence) ?? []) if (view.digest !== digest) wrong.add(`${view.by} at ${sequence}`);
    };
    for (const event of this.#events) {
      state = reduceRun(state, event);
      if (views.has(Number(event.sequence))) compare(Number(event.sequence), digestOf(state));
    }
    for (const sequence of views.keys()) if (sequence > this.#events.length) wrong.add(`sequence ${sequence}`);
    if (wrong.size > 0) this.#tell("stale", `a client was shown what is not in the journal: ${[...wrong].join(", ")}`);
    // Whoever looks once an answer is acknowledged sees it.
    const submittedAt = new Map();
    for (const { kind, sequence } of this.#events) {
      if (kind.case === "submitted") submittedAt.set(`${kind.value.callKey}@${kind.value.revision}`, Number(sequence));
    }
    const requests = this.#ledger.view.filter(({ by }) => by === "request");
    for (const { at, call, revision } of this.#ledger.acknowledged) {
      const behind = requests.find((view) => view.asked > at && view.sequence < submittedAt.get(`${call}@${revision}`));
      if (behind) this.#tell("stale", `after ${call} was answered, a client was shown the state at ${behind.sequence}`);
    }
  }

  #judgeEnd() {
    const outcome = this.#outcome;
    switch (outcome?.case) {
      case "success":
        this.#judgeSuccess(fromValue(outcome.value.result));
        return "succeeded";
      case "canceled":
        if (!this.#isCanceled) this.#tell("lost", "it was canceled though nobody wanted it");
        return "canceled";
      case "failure": {
        const { reason, message } = outcome.value;
        if (reason === FailureReason.DIVERGED) {
          if (!this.#mayDiverge) this.#tell("lost", `it has diverged from a program that agrees with it: ${message}`);
          return "diverged";
        }
        const pids = this.#ledger.began.map(({ pid }) => pid);
        const isGone = reason === FailureReason.HOST_GONE && !this.#run.durable;
        const hostLives = pids.length > 0 && !pids.some((pid) => this.#hostsEnded.has(pid));
        if (!isGone || hostLives) this.#tell("lost", `it failed: ${FailureReason[reason]}: ${message}`);
        return "failed with their host";
      }
      default:
        this.#tell("stuck", "it has not ended");
        return "not over";
    }
  }

  #judgeSuccess({ seen, lines }) {
    const accepted = [...this.#accepted.values()].sort();
    if (accepted.join("\n") !== [...seen].sort().join("\n")) {
      this.#tell("lost", `accepted were ${accepted.join(", ")}; the handler saw ${seen.join(", ")}`);
    }
    if (this.#lines.length !== lines)
      this.#tell("lost", `${lines} lines were logged, ${this.#lines.length} are stored`);
    for (const { call, value } of this.#ledger.acknowledged) {
      const isRefused = value.endsWith("|refuse me");
      if (!isRefused && this.#accepted.get(call) !== value)
        this.#tell("lost", `"${value}" was acknowledged and never accepted`);
    }
  }
}

/** The text of an answer: every answer has one. */
function textOf(answer) {
  for (const { kind } of Object.values(answer?.values ?? {})) if (kind.case === "inputText") return kind.value.text;
  return "";
}
