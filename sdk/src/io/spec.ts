import type { Kind } from "@interval/proto";
import type { AnyBuilt } from "./method.ts";
import type { PropReader } from "./props.ts";
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
}
