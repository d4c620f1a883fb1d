import { create } from "@bufbuild/protobuf";
import {
  type AnswerSubmitted,
  CallStatus,
  FailureReason,
  HostResumedSchema,
  isOver,
  type LiveRun,
  type ResumedRun,
  type RunEvent,
  type RunState,
  RunStatus,
} from "@interval/proto";
import type { Timing } from "../../config.ts";
import type { JournalStore, PeopleStore, Scope } from "../../store/store.ts";
import { instanceKey } from "../access/place.ts";
import type { Background } from "../background.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { Hosts } from "../hosts/hosts.ts";
import { programContext } from "../hosts/program-context.ts";
import { inTurns } from "../in-turns.ts";
import { spanText } from "../span-text.ts";
import { type AbsenceSteps, Absences, type AbsentRun } from "./absences.ts";
import type { Committed, RunActor, RunCommand } from "./actor.ts";
import { decideActionMissing, decideAssigned, decideFailed, decideHostLost, epochOf } from "./decide.ts";
import { HomelessRuns } from "./homeless.ts";
import { readRecorded } from "./recorded.ts";
import { verdictsOf } from "./verdicts.ts";

/** What the link needs of the runs. */
interface LinkedRuns {
  find(runId: string): Promise<RunActor>;
  fail(runId: string, reason: FailureReason, message: string): Promise<void>;
  quietly(runId: string, command: RunCommand): Promise<void>;
  /** Ends a run that was asked to end, unless its host does in time. */
  endSoon(runId: string): void;
}

type LinkedRun = Pick<RunActor, "scope" | "state">;

/** Between runs and the hosts that execute them: what each is told, and what becomes of a run whose host is away. */
export class HostLink {
  readonly #runs: LinkedRuns;
  readonly #journal: JournalStore;
  readonly #people: PeopleStore;
  readonly #hosts: Hosts;
  readonly #timing: Timing;
  readonly #publicUrl: string;
  readonly #background: Background;
  /** Runs whose host is away. */
  readonly #absences: Absences;
  /** The open runs of each host's process, by scope and instance, and by id. */
  readonly #owned = new Map<string, Map<string, AbsentRun>>();
  /** Durable runs that no host executes. */
  readonly #homeless: HomelessRuns;

  constructor(parts: {
    runs: LinkedRuns;
    journal: JournalStore;
    people: PeopleStore;
    hosts: Hosts;
    timing: Timing;
    publicUrl: string;
    background: Background;
  }) {
    this.#runs = parts.runs;
    this.#journal = parts.journal;
    this.#people = parts.people;
    this.#hosts = parts.hosts;
    this.#timing = parts.timing;
    this.#publicUrl = parts.publicUrl;
    this.#background = parts.background;
    const steps: AbsenceSteps = {
      tell: (runId, graceMs) => this.#whileAway(runId, (state) => decideHostLost(state, graceMs)),
      shorten: (runId, graceMs) =>
        this.#background.run("telling of a restart", () =>
          this.#whileAway(runId, (state) => decideHostLost(state, graceMs, restartedReason)),
        ),
      takeOver: (runId) => this.#takeOver(runId),
      giveUp: (runId, graceMs, restarted) => {
        const who = restarted
          ? "The program was started again, and the process that executed the run"
          : "The host went away and";
        const why = `${who} did not come back within ${spanText(graceMs)}.`;
        return this.#whileAway(runId, (state) => decideFailed(state, FailureReason.HOST_GONE, why));
      },
    };
    this.#absences = new Absences({ ...parts, steps });
    this.#homeless = new HomelessRuns(parts.hosts, {
      offered: (runId) => this.#background.run("a waiting run", () => this.#takeOver(runId)),
      missing: (runId) => this.#background.run("a waiting run", () => this.#missing(runId)),
    });
  }

  /** The host that executes a run, if it is there. */
  hostOf({ scope, state }: LinkedRun): AttachedHost | undefined {
    return this.#hosts.ofInstance(scope, state.hostInstanceId);
  }

  /** Whether a run is given to its host, or waits for it. */
  knows({ id, scope, state }: RunActor): boolean {
    return this.#owned.get(instanceKey(scope, state.hostInstanceId))?.has(id) ?? false;
  }

  /** How many runs are open in a host. */
  openRuns(host: AttachedHost): number {
    return this.#owned.get(host.key)?.size ?? 0;
  }

  /** A run was made for a host: it is given to it, or waits for it if it has left meanwhile. */
  async made(run: RunActor): Promise<void> {
    const { hostInstanceId } = run.state;
    if (!run.state.run || isOver(run.state.run)) return;
    const host = this.hostOf(run);
    if (!host) return this.away(run.scope, hostInstanceId, run.state.run);
    this.#own(host.key, run.state.run);
    await this.#startRun(host, run.id);
  }

  /** Gives a run to a host, with what it has recorded if it has been executed before. */
  async #startRun(host: AttachedHost, runId: string): Promise<void> {
    const { state, scope } = await this.#runs.find(runId);
    host.hold(runId);
    const [organization, environment] = await Promise.all([
      this.#people.readOrganization(scope.organizationId),
      this.#people.readEnvironment(scope.environmentId),
    ]);
    const { run } = state;
    if (!run || !organization || !environment) return;
    const { action, params, startedBy, trigger } = run;
    const user = startedBy?.kind.case === "user" ? startedBy.kind.value : undefined;
    const context = programContext(this.#publicUrl, { organization, environment }, { path: action, user, trigger });
    const { sequence } = state;
    const epoch = epochOf(state);
    const isAgain = epoch > 1;
    const recorded = isAgain ? await readRecorded(this.#journal, runId, sequence) : [];
    const send = (body: Parameters<AttachedHost["sendToRun"]>[1]) =>
      host.send({ scope: { case: "runId", value: runId }, body, sequence });
    for (const value of recorded) send({ case: "recorded", value });
    send({ case: "startRun", value: { action, params, context, epoch } });
    if (state.cancelRequested) {
      // What is executed again is told by its record.
      if (!isAgain) host.sendToRun(runId, { case: "cancel", value: state.cancelRequested });
      this.#runs.endSoon(runId);
    }
    host.release(runId, sequence);
  }

  /** Tells the host what was decided, and acknowledges what it sent, after all of it is durable. */
  committed(run: RunActor, { events, commands, finishedBy }: Committed): void {
    const { id: runId, state } = run;
    const host = this.hostOf(run);
    for (const { kind, sequence } of events) {
      if (kind.case === "submitted") host?.sendToRun(runId, { case: "answer", value: kind.value }, sequence);
      if (kind.case === "cancelRequested") host?.sendToRun(runId, { case: "cancel", value: kind.value }, sequence);
    }
    const last = commands.findLast((command) => command.host)?.host;
    if (last && host && last.epoch === epochOf(state)) {
      host.sendToRun(runId, { case: "ack", value: { sequence: BigInt(last.sequence) } });
    }
    if (isOver(state.run)) this.#forget(runId, instanceKey(run.scope, state.hostInstanceId));
    // The host's own end needs no telling.
    const end = events.find(({ kind }) => kind.case === "finished")?.kind;
    if (finishedBy && (!finishedBy.host || (end && isFault(end)))) host?.sendToRun(runId, closing("The run is over."));
  }

  /** A host came: says what becomes of the runs that live in its process. Call {@link resume} once the host knows. */
  verdicts(host: AttachedHost, liveRuns: LiveRun[]): Promise<ResumedRun[]> {
    return verdictsOf(host, liveRuns, { journal: this.#journal, find: (runId) => this.#runs.find(runId) });
  }

  /**
   * Goes on with the runs of a host that came: sends what it missed, and gives up those that its process no longer has. Its frames may be heard
   * meanwhile.
   */
  async resume(host: AttachedHost, liveRuns: LiveRun[], verdicts: ResumedRun[]): Promise<void> {
    this.#absences.attached(host);
    const alive = new Map(liveRuns.map((live) => [live.runId, live]));
    const known = new Map(this.#owned.get(host.key));
    const resumed = verdicts.filter((verdict) => verdict.resumed).map(({ runId }) => runId);
    if (host.frames.closed) return; // it is gone again: what waits for it goes on waiting
    // Nobody waits for it any more, also while it is the turn of others.
    for (const runId of resumed) if (known.delete(runId)) this.#stopWaiting(runId);
    await inTurns(resumed, async (runId) => {
      if (host.frames.closed) return;
      const live = alive.get(runId);
      const after = live?.lastSequence ?? 0n;
      if (live?.ended && isOver((await this.#runs.find(runId)).state.run)) {
        host.release(runId, after); // only values that were on their way follow
      } else if (await this.#isOf(host, runId, live)) await this.#resumeRun(host, runId, after);
      else {
        host.release(runId, after);
        host.sendToRun(runId, closing("Another host executes this run now."));
      }
    });
    for (const runId of known.keys()) {
      const { state } = await this.#runs.find(runId);
      if (host.frames.closed) return;
      this.#stopWaiting(runId);
      // It was made, and its host was lost before it heard of it.
      if (state.run?.status === RunStatus.STARTING) await this.#startRun(host, runId);
      else await this.#gone(runId, "The host no longer knows this run.");
    }
  }

  /** A host is gone: its runs wait for it. */
  lost({ key, scope, instanceId, heardAt }: AttachedHost): void {
    for (const run of this.#owned.get(key)?.values() ?? [])
      this.away(scope, instanceId, run, { since: Date.now() - (performance.now() - heardAt) });
  }

  /** A host has left for good: nobody waits for it. */
  left({ key }: AttachedHost): void {
    for (const runId of this.#owned.get(key)?.keys() ?? []) {
      this.#stopWaiting(runId);
      this.#background.run("a run whose host was closed", () => this.#gone(runId, "The program has closed its host."));
    }
  }

  /**
   * The host of a run is away. A short absence is not even mentioned. A long one ends the run; a durable one goes to another host.
   *
   * @param options.takeOverMs how long a durable run waits for its own host
   * @param options.since when the host was heard last, in milliseconds since 1970
   */
  away(
    scope: Scope,
    instanceId: string,
    run: AbsentRun,
    { takeOverMs = this.#timing.takeOverMs, since = Date.now() } = {},
  ): void {
    this.#own(instanceKey(scope, instanceId), run);
    this.#absences.begin(scope, run, since, takeOverMs);
  }

  close(): void {
    this.#absences.close();
    this.#homeless.close();
  }

  /** Does something to a run unless its host is back. */
  #whileAway(runId: string, decide: RunCommand["decide"]): Promise<void> {
    return this.#background.untilDone(
      "the absence of a host",
      async () => {
        const { scope } = await this.#runs.find(runId);
        await this.#runs.quietly(runId, { decide: (state) => (this.hostOf({ scope, state }) ? [] : decide(state)) });
      },
      { runId },
    );
  }

  /** The host of a run will not come back: the run ends, or goes to another host if it is durable. */
  #gone(runId: string, why: string): Promise<void> {
    return this.#background.untilDone(
      "the end of a run's host",
      async () => {
        const { state } = await this.#runs.find(runId);
        if (state.run?.durable) await this.#takeOver(runId);
        else await this.#runs.fail(runId, FailureReason.HOST_GONE, why);
      },
      { runId },
    );
  }

  /** Gives a durable run to a host that is there, or to the next one that comes. */
  #takeOver(runId: string): Promise<void> {
    return this.#background.untilDone("giving a run to another host", () => this.#assign(runId), { runId });
  }

  async #assign(runId: string): Promise<void> {
    const { state, scope } = await this.#runs.find(runId);
    const { run, hostInstanceId } = state;
    if (!run?.durable || isOver(run)) return;
    if (state.cancelRequested) this.#runs.endSoon(runId); // also when no host comes that could end it
    const host = this.#hosts.chooseAgain(scope, run.action);
    if (!host) return this.#homeless.add(scope, runId, run.action);
    const lostEpoch = epochOf(state);
    let isAssigned = false;
    const decide = (now: RunState) => {
      const assigned = decideAssigned(now, lostEpoch, host.instanceId);
      isAssigned = assigned.length > 0;
      return assigned;
    };
    await this.#runs.quietly(runId, { decide });
    const actor = await this.#runs.find(runId);
    // It came back meanwhile, is over, or was given to a host for another reason at the same time.
    if (!isAssigned || epochOf(actor.state) !== lostEpoch + 1) return;
    this.#hosts.ofInstance(scope, hostInstanceId)?.sendToRun(runId, closing("Another host executes this run now."));
    this.#forget(runId, instanceKey(scope, hostInstanceId));
    await this.#background.untilDone("giving a run to its host", () => this.made(actor), { runId });
  }

  /** A durable run waits for a host with its action, while hosts are attached that do not have it: its operator is told. */
  async #missing(runId: string): Promise<void> {
    const { state } = await this.#runs.find(runId);
    if (state.hostLost?.actionMissing) return;
    const lostEpoch = epochOf(state);
    await this.#whileAway(runId, (now) => decideActionMissing(now, lostEpoch));
  }

  /** Whether a host still has a run as it names it. */
  async #isOf(host: AttachedHost, runId: string, live: LiveRun | undefined): Promise<boolean> {
    const { state } = await this.#runs.find(runId);
    return state.hostInstanceId === host.instanceId && epochOf(state) === (live?.epoch || 1);
  }

  async #resumeRun(host: AttachedHost, runId: string, after: bigint): Promise<void> {
    const { state } = await this.#runs.find(runId);
    if (host.frames.closed) return; // it was lost since its run was read: what was set then waits for it
    this.#stopWaiting(runId);
    if (state.run) this.#own(host.key, state.run);
    const value = create(HostResumedSchema, { hostInstanceId: host.instanceId });
    await this.#runs.quietly(runId, { decide: (state) => (state.hostLost ? [{ case: "hostResumed", value }] : []) });
    const run = await this.#runs.find(runId);
    const missed = await this.#journal.readEvents(runId, Number(after));
    const send = (body: Parameters<AttachedHost["sendToRun"]>[1], sequence: bigint) =>
      host.send({ scope: { case: "runId", value: runId }, body, sequence });
    for (const { kind, sequence } of missed) {
      if (kind.case === "submitted" && isUndecided(run.state, kind.value))
        send({ case: "answer", value: kind.value }, sequence);
      if (kind.case === "cancelRequested") send({ case: "cancel", value: kind.value }, sequence);
    }
    host.release(runId, missed.at(-1)?.sequence ?? after);
    if (isOver(run.state.run)) {
      this.#forget(runId, host.key);
      // One that its host has ended meanwhile goes on showing what it shows.
      if (isEndedByServer(run.state)) send(closing("The run is over."), 0n);
    } else if (run.state.cancelRequested) this.#runs.endSoon(runId);
  }

  #own(key: string, { id, action, durable }: AbsentRun): void {
    const runs = this.#owned.get(key) ?? new Map<string, AbsentRun>();
    this.#owned.set(key, runs.set(id, { id, action, durable }));
  }

  #stopWaiting(runId: string): void {
    this.#absences.end(runId);
    this.#homeless.remove(runId);
  }

  #forget(runId: string, key: string): void {
    this.#stopWaiting(runId);
    const runs = this.#owned.get(key);
    runs?.delete(runId);
    if (runs?.size === 0) this.#owned.delete(key);
  }
}

const restartedReason = "Its program was started again while the host was away.";

function closing(reason: string) {
  return { case: "close" as const, value: { reason } };
}

/** Whether the server ended the run for what the host had sent. */
function isFault({ case: name, value }: RunEvent["kind"]): boolean {
  return (
    name === "finished" && value.outcome.case === "failure" && value.outcome.value.reason === FailureReason.PROTOCOL
  );
}

const endsByServer: ReadonlySet<FailureReason> = new Set([
  FailureReason.HOST_GONE,
  FailureReason.PROTOCOL,
  FailureReason.UNREADABLE,
]);

/** Whether a run was ended for its host, which does not know. */
function isEndedByServer({ finished }: RunState): boolean {
  const outcome = finished?.outcome;
  if (outcome?.case !== "failure") return outcome?.case === "canceled";
  return endsByServer.has(outcome.value.reason);
}

/** Whether the host has not yet said what it makes of an answer. */
function isUndecided(state: RunState, { callKey, revision }: AnswerSubmitted): boolean {
  const found = state.calls.find(({ call }) => call?.key === callKey);
  return found?.status === CallStatus.SUBMITTED && found.revision === revision;
}
