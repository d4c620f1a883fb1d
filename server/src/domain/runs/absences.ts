import { limits, type Run } from "@interval/proto";
import type { Timing } from "../../config.ts";
import type { Scope } from "../../store/store.ts";
import { scopeKey } from "../access/place.ts";
import type { Background } from "../background.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { Hosts } from "../hosts/hosts.ts";
import { Timers } from "../timers.ts";

/** What has to be known of a run whose host is away. */
export type AbsentRun = Pick<Run, "id" | "action" | "durable">;

/** What is done for a run whose host is away. */
export interface AbsenceSteps {
  /** Operators are told, and how long the host has from now. */
  tell(runId: string, graceMs: number): unknown;
  /** The host's process seems to have ended: it has less time from now on. */
  shorten(runId: string, graceMs: number): unknown;
  /** A durable run goes to another host. */
  takeOver(runId: string): unknown;
  /** The time of a run that is not durable is over. */
  giveUp(runId: string, graceMs: number, restarted: boolean): unknown;
}

interface Absence {
  run: AbsentRun;
  scope: string;
  /** When the host was heard last, in milliseconds since 1970. */
  since: number;
  /** When the run is given up, on the monotonic clock. */
  until: number;
}

/**
 * The runs whose hosts are away, and how long each waits. A process that may still be alive has long. It has less once a process that was
 * not there before offers the same action: most likely its program was started again.
 */
export class Absences {
  readonly #absences = new Map<string, Absence>();
  readonly #timers: Timers;
  readonly #timing: Timing;
  readonly #hosts: Hosts;
  readonly #steps: AbsenceSteps;

  constructor(parts: { timing: Timing; hosts: Hosts; background: Background; steps: AbsenceSteps }) {
    this.#timing = parts.timing;
    this.#hosts = parts.hosts;
    this.#steps = parts.steps;
    this.#timers = new Timers(parts.background);
  }

  /**
   * The host of a run is away. A short absence is not even mentioned.
   *
   * @param since when the host was heard last, in milliseconds since 1970
   * @param takeOverMs how long a durable run waits for its own host
   */
  begin(scope: Scope, run: AbsentRun, since: number, takeOverMs: number): void {
    const { id, durable } = run;
    const { hostGraceMs } = this.#timing;
    this.end(id);
    if (durable) this.#timers.set(`take over ${id}`, takeOverMs, () => this.#steps.takeOver(id));
    const absence = { run, scope: scopeKey(scope), since, until: Number.POSITIVE_INFINITY };
    this.#absences.set(id, absence);
    const restarted = this.#hosts.of(scope).some((host) => this.#replaces(host, absence));
    const graceMs = restarted ? this.#goneMs : hostGraceMs;
    const noticeMs = Math.min(limits.hostAwayNoticeMs, graceMs);
    this.#timers.set(`tell ${id}`, noticeMs, () =>
      this.#steps.tell(id, Math.max(0, Math.round(absence.until - performance.now()))),
    );
    if (!durable) this.#giveUpAfter(absence, graceMs, restarted);
  }

  /** The host is back, or the run is nobody's concern any more. */
  end(runId: string): void {
    this.#absences.delete(runId);
    for (const what of ["take over", "tell", "give up"]) this.#timers.clear(`${what} ${runId}`);
  }

  /** A host has attached. */
  attached(host: AttachedHost): void {
    for (const absence of this.#absences.values()) {
      const { run, until } = absence;
      if (run.durable || !this.#replaces(host, absence) || until <= performance.now() + this.#goneMs) continue;
      this.#giveUpAfter(absence, this.#goneMs, true);
      // Operators who were told of a longer time read the new one.
      if (!this.#timers.has(`tell ${run.id}`)) this.#steps.shorten(run.id, this.#goneMs);
    }
  }

  close(): void {
    this.#timers.clearAll();
  }

  get #goneMs(): number {
    return Math.min(this.#timing.hostGoneMs, this.#timing.hostGraceMs);
  }

  #giveUpAfter(absence: Absence, graceMs: number, restarted: boolean): void {
    const { id } = absence.run;
    absence.until = performance.now() + graceMs;
    this.#timers.set(`give up ${id}`, graceMs, () => this.#steps.giveUp(id, graceMs, restarted));
  }

  /** Whether a host's process was first accepted after another one was heard last, and does its work. */
  #replaces(host: AttachedHost, { scope, since, run }: Absence): boolean {
    return host.attachedAt > since && scopeKey(host.scope) === scope && host.offers(run.action);
  }
}
