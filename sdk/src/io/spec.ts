import type { Kind } from "@interval/proto";
import type { Made, Unused } from "../run/unused.ts";
import { shorten } from "../thrown.ts";
import type { AnyBuilt } from "./method.ts";
import { isRecord, type PropReader } from "./props.ts";
import type { ThemeName } from "./theme.ts";

/** Where a chain keeps what it describes. The same in every copy of the SDK in a process. */
export const spec: unique symbol = Symbol.for("interval.io.spec");

/** A check of the program's own. A text refuses the answer; nothing takes it. */
export type Validator<T> = (value: T) => string | undefined | null | Promise<string | undefined | null>;

/** A button: a text that is label and value, or both apart. */
export type ChoiceInput =
  | string
  | {
      label: string;
      value: string;
      theme?: ThemeName;
      /** `false`: pressing it sends no values and checks none. */
      validate?: boolean;
    };

/** A validator, and whether it was written for values that may be missing. */
export interface AddedValidator {
  check: Validator<never>;
  takesUndefined: boolean;
  /** Whether it was written for one item of what are now several. */
  asksEach?: boolean;
}

/** One component, or a group of them, as a chain describes it. Nothing is read or sent before it is awaited. */
export interface Spec {
  /** The method's full name, such as "io.input.text". */
  method: string;
  body: ComponentBody | GroupBody;
  optional: boolean;
  /** Set where it takes several values, with those that it starts with. */
  multiple?: { defaultValue?: readonly unknown[] | null };
  validators: readonly AddedValidator[];
  choices?: readonly ChoiceInput[];
  /** Whether it must be the only thing in its call. */
  alone: boolean;
  /** The run in which it was made; otherwise the one in which it is awaited. */
  run?: Performer;
  /** What its run remembers of it until it is used. All links of a chain share it. */
  made?: Made;
}

/** How much of a label names a call in an error. */
const shownLabel = 100;

/** A method with its label, for errors and warnings, such as `io.confirm "Delete?"`. */
export function nameOf({ method, body }: Spec): string {
  // A program without types may give anything as options.
  const label: unknown = body.type === "group" ? body.options?.label : body.label;
  return typeof label === "string" ? `${method} ${JSON.stringify(shorten(label, shownLabel))}` : method;
}

/** What a value describes that is an I/O method's promise; undefined for everything else. */
export function describedBy(item: unknown): Spec | undefined {
  return isRecord(item) && spec in item ? (item as { [spec]: Spec })[spec] : undefined;
}

/** A component before its props are read. */
export interface ComponentBody {
  type: "component";
  kind: Kind;
  label: unknown;
  props: unknown;
  build: (read: PropReader) => AnyBuilt;
}

/** A group before its items are read. */
export interface GroupBody {
  type: "group";
  items: unknown;
  options: GroupOptions;
}

/** What is said of a group. */
export interface GroupOptions {
  /** A title above it. */
  label?: string;
  /** A hint below the title of a group within a group, as inline markdown. */
  helpText?: string;
  /** The text of the button where there are no choices, in place of "Continue". */
  continueButton?: string | { label: string };
  /** Identifies it; needed where groups with equal labels run at the same time. */
  key?: string;
}

/** What sends a call and waits for its answer: a run. */
export interface Performer {
  perform(spec: Spec): Promise<unknown>;
  /** Remembers the promises that its program makes, until they are used. */
  readonly unused: Unused;
  /** What is said of a method's promise that was not used, after its name in a sentence. */
  readonly unusedFault: string;
}
