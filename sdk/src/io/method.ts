import type { MessageInitShape } from "@bufbuild/protobuf";
import type { FieldErrorSchema } from "@interval/proto";
import {
  FieldErrorCode,
  type InputKind,
  type IoComponent,
  type IoFetch,
  type IoPage,
  type IoValue,
  type Kind,
  toParams,
  type ValueOf,
} from "@interval/proto";
import type { TellThrown } from "../run/report.ts";
import type { Enter, EnteredValue, Entry } from "./entry.ts";
import type { PropReader } from "./props.ts";

/** One fault that the host finds in an answer. */
export type Fault = Omit<MessageInitShape<typeof FieldErrorSchema>, "$typeName" | "componentKey">;

/** What the host makes of an answer to one component. */
export type Reading<T> = { ok: true; value: T; chosen?: readonly unknown[] } | { ok: false; faults: Fault[] };

/** One component as a program asked for it, checked and ready to be sent. */
export interface AnyBuilt<T = unknown> {
  /** What is sent. */
  kind: IoComponent["kind"];
  /** What an answer means, by the program's own data; absent in displays. */
  read?: Read<IoValue, T>;
  /** Makes an answer of what a scripted operator enters; absent in displays. */
  enter?: (given: unknown, entry: Entry) => EnteredValue | Promise<EnteredValue>;
  /** What the program gets where a required component was left untouched, if that is an answer. */
  empty?: T;
  /** Whether it gives `empty` even when it is optional. */
  neverMissing?: boolean;
  /** Whether an answer says the same as none. */
  isBlank?: (value: IoValue) => boolean;
  /** Why no answer could be given, where one is required; undefined where one can. */
  impossible?: () => string | undefined;
  /** What the program gets of options, rows or items that were chosen when it was executed before: they are recorded, whole. */
  recall?: (chosen: readonly unknown[]) => unknown;
  /** Serves what the component asks for while it is on screen. The signal aborts when nobody waits for it any more. */
  serve?: Serve;
  /** Brings what must be there before the component is sent: changes `kind`. What it throws is the call's error. */
  before?: (signal: AbortSignal) => Promise<void>;
  /**
   * Brings what was not there yet when the component was sent: changes `kind` and says so, as often as it likes. What it waits for may
   * outlive the step and the run.
   */
  later?: (screen: Screen) => Promise<void>;
  /** Reads what it shows again and changes `kind`; absent where nothing can be read again. What it throws leaves `kind` as it was. */
  reload?: (signal: AbortSignal) => Promise<void>;
}

/** Makes of an answer what the program gets. */
export type Read<V, T> = (value: V, answering: Answering) => Reading<T> | Promise<Reading<T>>;

/** An answer that is being read, which may take a while. */
export interface Answering {
  /** Aborts when nobody waits for it any more. */
  signal: AbortSignal;
  /** Tells the operator what is being done with it, and how far that is. */
  progress: (label: string, done: number, total?: number) => void;
  /** Tells the developer what the program threw meanwhile. */
  thrown?: TellThrown;
}

/** Serves what a component asks for while it is on screen. */
export type Serve = (fetch: IoFetch, signal: AbortSignal) => IoPage | Promise<IoPage>;

/** Where a component stands. */
export interface Screen {
  /** The component has changed: sends it anew, together with what else changes at the same time. */
  changed(): void;
  /** Tells the developer why something does not come. */
  failed?(error: unknown): void;
}

/** A component of which the kind is known. One that takes an answer says how it is read, and how a test enters it. */
export type Built<K extends Kind, T> = K extends InputKind ? BuiltInput<K, T> : BuiltDisplay<K, T>;

interface BuiltDisplay<K extends Kind, T> extends AnyBuilt<T> {
  kind: Extract<IoComponent["kind"], { case: K }>;
}

interface BuiltInput<K extends InputKind, T> extends BuiltDisplay<K, T> {
  read: Read<IoValue, T>;
  enter: Enter<K>;
}

/** Makes a component of props. Throws a HostMisuseError for props of the wrong shape. */
export type Build<P, K extends Kind, T> = (read: PropReader, props: P) => Built<K, T>;

/** A reading that took the answer. */
export function taken<T>(value: T, chosen?: readonly unknown[]): Reading<T> {
  return { ok: true, value, chosen };
}

/** A reading that refused the answer. */
export function refused(code: FieldErrorCode, text: string, params: Record<string, unknown> = {}): Reading<never> {
  return { ok: false, faults: [{ code, text, params: toParams(params) }] };
}

/** Reads answers of one kind; an answer of another kind is refused. */
export function reading<K extends InputKind, T>(kind: K, read: Read<ValueOf<K>, T>): Read<IoValue, T> {
  return (value, answering) => {
    if (!isKind(value.kind, kind))
      return refused(FieldErrorCode.WRONG_TYPE, "This is not the kind of value asked for.");
    return read(value.kind.value, answering);
  };
}

function isKind<K extends InputKind>(
  value: IoValue["kind"],
  kind: K,
): value is IoValue["kind"] & { value: ValueOf<K> } {
  return value.case === kind;
}
