import type { Timestamp } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  type CallState,
  CallStatus,
  emptyRunState,
  type Loading,
  type RunEvent,
  type RunState,
  reduceRun,
} from "@interval/proto";

/** One entry of a transcript: an event, and what later events say of it. */
export interface Entry {
  event: RunEvent;
  /** What a question, an answer or a display looked like, with what has changed on screen before the next answer. */
  call?: CallState;
  /** Whether a question was answered: the answers, which show its form, are entries of their own. */
  answered?: boolean;
  /** What ended it: an answer was accepted or refused, a question was given up, loading stopped. */
  settled?: RunEvent;
  /** Since when the host was away that is back. */
  lostSince?: Timestamp;
  /** Whether it is not the first of its kind: the program is executed again, the same person drives in another tab. */
  again?: boolean;
  /** Who had asked to drive. */
  asker?: Actor;
}

/** The events of a run as people read them. */
export interface Transcript {
  /** The entries in pages, to be drawn page by page: all but the last are full. One of which nothing has changed is the same one as before. */
  pages: ReadonlyArray<readonly Entry[]>;
  /** The fold of the events. */
  state: RunState;
  /** Where the last entry about each call is, by its key. */
  latest: ReadonlyMap<string, number>;
  /** Where the entry is of what the program is doing. */
  loading?: number;
  /** When the host was lost, while it is away. */
  lostSince?: Timestamp;
  begun: boolean;
}

/** A transcript before its first event. */
export function emptyTranscript(): Transcript {
  return { pages: [], state: emptyRunState(), latest: new Map(), begun: false };
}

/**
 * A transcript with more events, which follow those that it holds. Pure: entries and pages that nothing new is said of stay the same objects, and
 * are not looked at.
 */
export function extendTranscript(before: Transcript, events: readonly RunEvent[]): Transcript {
  const writer = new Writer(before);
  for (const event of events) writer.add(event);
  return writer.transcript;
}

/** Entries a page. */
const pageSize = 100;

class Writer {
  readonly transcript: Transcript;
  readonly #pages: Array<readonly Entry[]>;
  /** The pages that were copied, and may be changed. */
  readonly #own = new Map<number, Entry[]>();
  #length: number;
  readonly #latest: Map<string, number>;

  constructor(before: Transcript) {
    this.#pages = [...before.pages];
    this.#length = Math.max(0, before.pages.length - 1) * pageSize + (before.pages.at(-1)?.length ?? 0);
    this.#latest = new Map(before.latest);
    this.transcript = { ...before, pages: this.#pages, latest: this.#latest };
  }

  add(event: RunEvent): void {
    const before = this.transcript.state;
    if (event.sequence <= before.sequence) return;
    this.transcript.state = reduceRun(before, event);
    const { kind } = event;
    switch (kind.case) {
      case "called":
        this.#stopLoading(event);
        this.#ask(kind.value.call?.key ?? "", event);
        break;
      case "patched":
        this.#patch(kind.value.callKey);
        break;
      case "submitted":
        this.#change(this.#latest.get(kind.value.callKey), (entry) => (isQuestion(entry) ? { answered: true } : {}));
        this.#tell(kind.value.callKey, event);
        break;
      case "accepted":
        this.#settle(kind.value.callKey, event, { status: CallStatus.ACCEPTED, chosen: kind.value.chosen });
        break;
      case "refused": // the form stays as it was sent, with what was wrong
        this.#settle(kind.value.callKey, event, { errors: kind.value.errors });
        break;
      case "withdrawn":
        this.#settle(kind.value.callKey, event, { status: CallStatus.WITHDRAWN });
        this.#push({ event, call: this.#callOf(kind.value.callKey) });
        break;
      case "loading":
        this.#load(event, kind.value.loading);
        break;
      case "began":
        this.#push({ event, again: this.transcript.begun, ...this.#back() });
        this.transcript.begun = true;
        break;
      case "hostLost":
        this.transcript.lostSince = event.time;
        this.#push({ event });
        break;
      case "hostResumed":
      case "assigned":
        this.#push({ event, ...this.#back() });
        break;
      case "driverChanged":
        this.#push({ event, again: isSame(before.driver?.actor, kind.value.driver?.actor) });
        break;
      case "handoverEnded":
        this.#push({ event, asker: before.handover?.by?.actor });
        break;
      case "finished":
        this.#stopLoading(event);
        for (const { call, status } of before.calls) {
          if (status === CallStatus.OPEN || status === CallStatus.SUBMITTED) this.#settle(call?.key ?? "", event);
        }
        this.#push({ event });
        break;
      case "started":
      case "logged":
      case "redirected":
      case "stepped":
      case "handoverRequested":
      case "cancelRequested":
      case undefined: // newer than this dashboard
        this.#push({ event });
        break;
      default:
        kind satisfies never;
    }
  }

  #push(entry: Entry): void {
    this.#set(this.#length++, entry);
  }

  #get(at: number | undefined): Entry | undefined {
    return at === undefined ? undefined : this.#pages[Math.floor(at / pageSize)]?.[at % pageSize];
  }

  #set(at: number, entry: Entry): void {
    const index = Math.floor(at / pageSize);
    const page = this.#own.get(index) ?? [...(this.#pages[index] ?? [])];
    page[at % pageSize] = entry;
    this.#own.set(index, page);
    this.#pages[index] = page;
  }

  #change(at: number | undefined, change: (entry: Entry) => Partial<Entry>): void {
    const entry = this.#get(at);
    if (at !== undefined && entry) this.#set(at, { ...entry, ...change(entry) });
  }

  #callOf(key: string): CallState | undefined {
    return this.transcript.state.calls.find(({ call }) => call?.key === key);
  }

  /** Asked anew under its key, a question takes the place of the one before. */
  #ask(key: string, event: RunEvent): void {
    const known = this.#get(this.#latest.get(key));
    if (known && isQuestion(known)) this.#settle(key, event);
    this.#tell(key, event);
  }

  /** A call is asked or answered: from now on this entry shows what becomes of it. */
  #tell(key: string, event: RunEvent): void {
    this.#latest.set(key, this.#length);
    this.#push({ event, call: this.#callOf(key) });
  }

  #patch(key: string): void {
    const now = this.#callOf(key)?.call;
    this.#change(this.#latest.get(key), ({ call }) => ({ call: call && { ...call, call: now } }));
  }

  #settle(key: string, settled: RunEvent, change: Partial<CallState> = {}): void {
    this.#change(this.#latest.get(key), (entry) =>
      entry.settled ? {} : { settled, call: entry.call && { ...entry.call, ...change } },
    );
  }

  /** Another title is something else that the program does; the same one tells how far it is. */
  #load(event: RunEvent, loading: Loading | undefined): void {
    const known = this.#get(this.transcript.loading)?.event.kind;
    if (loading && known?.case === "loading" && known.value.loading?.label === loading.label) return;
    this.#stopLoading(event);
    if (!loading) return;
    this.transcript.loading = this.#length;
    this.#push({ event });
  }

  #stopLoading(settled: RunEvent): void {
    this.#change(this.transcript.loading, () => ({ settled }));
    this.transcript.loading = undefined;
  }

  #back(): Pick<Entry, "lostSince"> {
    const { lostSince } = this.transcript;
    this.transcript.lostSince = undefined;
    return { lostSince };
  }
}

function isQuestion({ event, answered }: Entry): boolean {
  return event.kind.case === "called" && !answered;
}

function isSame(a: Actor | undefined, b: Actor | undefined): boolean {
  return idOf(a) !== undefined && idOf(a) === idOf(b);
}

function idOf(actor: Actor | undefined): string | undefined {
  return actor?.kind.case === "user" || actor?.kind.case === "apiKey" ? actor.kind.value.id : undefined;
}
