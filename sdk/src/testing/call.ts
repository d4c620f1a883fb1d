import { create } from "@bufbuild/protobuf";
import {
  AnswerSubmittedSchema,
  CallStatus,
  checkAnswer,
  defaultValue,
  type IoAnswer,
  IoAnswerSchema,
  type IoCall,
  type IoComponent,
  type IoValue,
} from "@interval/proto";
import { HostMisuseError, TimeoutError } from "../errors.ts";
import { Entry } from "../io/entry.ts";
import { assign, findComponent, inputsOf } from "./assign.ts";
import { TestComponent } from "./component.ts";
import { labelsOf } from "./describe.ts";
import type { MemoryLink } from "./link.ts";
import { callStatusName, type TestCallStatus } from "./names.ts";
import { AnswerRefusedError } from "./refusal.ts";

/** A button of a call. */
export interface TestChoice {
  label: string;
  value: string;
}

/** One step of a run: what was asked or shown together. What it says follows what the program does. */
export class TestCall {
  /** Identifies it within its run. */
  readonly key: string;
  readonly #link: MemoryLink;

  /** @internal */
  constructor(link: MemoryLink, key: string) {
    this.#link = link;
    this.key = key;
  }

  /** The title of a group. */
  get label(): string | undefined {
    return this.#call.label;
  }

  get status(): TestCallStatus {
    return callStatusName(this.#link.call(this.key).status);
  }

  /** Its components in their order. */
  get components(): TestComponent[] {
    return this.#call.components.map(({ key }) => new TestComponent(this.#link, this.key, key));
  }

  /** Its buttons; none means the one that says "Continue". */
  get choices(): TestChoice[] {
    return this.#call.choices.map(({ label, value }) => ({ label, value }));
  }

  /**
   * A component by its key or label.
   * @throws {HostMisuseError} where there is none
   */
  component(name: string): TestComponent {
    const component = findComponent(this.#call, name);
    if (component) return new TestComponent(this.#link, this.key, component.key);
    throw new HostMisuseError(`There is no "${name}" here, but ${labelsOf(this.#call)}.`);
  }

  /**
   * Answers: with values by label or key, or with the value of the only input. What is not named keeps what it starts with; `undefined` leaves
   * it empty. Resolves once the action has the answer.
   *
   * @throws {AnswerRefusedError} when a rule or a validator refuses it; it may be answered again
   */
  answer(values: unknown = {}): Promise<void> {
    return this.#submit(values, undefined);
  }

  /** Presses a button, named by its label or value, with values as for {@link answer}. */
  choose(choice: string, values: unknown = {}): Promise<void> {
    return this.#submit(values, choice);
  }

  async #submit(values: unknown, name: string | undefined): Promise<void> {
    const call = this.#call;
    const pressed = call.choices.find(({ label, value }) => value === name || label === name);
    const skips = pressed?.skipValidation === true;
    const answer = create(IoAnswerSchema, {
      values: skips ? {} : await this.#enterAll(call, values),
      choice: pressed?.value ?? name,
    });
    await submit(this.#link, this.key, answer);
  }

  async #enterAll(call: IoCall, values: unknown): Promise<Record<string, IoValue>> {
    const { values: given, unknown } = assign(call, values);
    if (unknown.length > 0 || (given.size === 0 && !isEmpty(values))) throw misnamed(call, unknown);
    const entered = new Map<string, IoValue>();
    for (const component of inputsOf(call)) {
      const value = given.has(component.key)
        ? await this.#enter(component, given.get(component.key))
        : defaultValue(component, this.#link.user.timeZone);
      if (value) entered.set(component.key, value);
    }
    return Object.fromEntries(entered);
  }

  async #enter({ key, label, kind }: IoComponent, given: unknown): Promise<IoValue | undefined> {
    if (given === undefined || given === null) return undefined;
    const entry = new Entry(`"${label}" (${kind.case})`, this.#link.user.timeZone);
    return this.#link.run?.enter(this.key, key, given, entry);
  }

  get #call(): IoCall {
    const { call } = this.#link.call(this.key);
    if (!call) throw new HostMisuseError(`The call "${this.key}" is of a kind that is not known here.`);
    return call;
  }
}

/**
 * Takes an answer as a server does, and waits for what the program says of it.
 * @throws {AnswerRefusedError} when a rule or a validator refuses it
 */
export async function submit(link: MemoryLink, callKey: string, answer: IoAnswer): Promise<void> {
  const { call, status, revision } = link.call(callKey);
  if (!call || status !== CallStatus.OPEN) {
    throw new HostMisuseError(`"${callKey}" does not wait for an answer: it is ${callStatusName(status)}.`);
  }
  const faults = checkAnswer(call, answer);
  if (faults.length > 0) throw new AnswerRefusedError(call, faults);
  const value = create(AnswerSubmittedSchema, { callKey, revision, answer, by: link.operator });
  const { sequence } = link.append({ case: "submitted", value });
  link.say({ case: "answer", value }, sequence);
  const judged = await link.until(
    () => {
      const now = link.call(callKey);
      return now.status === CallStatus.SUBMITTED ? undefined : now;
    },
    (ms) => new TimeoutError(`The answer to ${labelsOf(call)} is still being checked after ${ms} ms.`),
  );
  if (judged.status === CallStatus.OPEN) throw new AnswerRefusedError(call, judged.errors);
  if (judged.status === CallStatus.WITHDRAWN) throw link.endError(`before it took the answer to ${labelsOf(call)}`);
}

function isEmpty(values: unknown): boolean {
  return typeof values === "object" && values !== null && Object.keys(values).length === 0 && !Array.isArray(values);
}

function misnamed(call: IoCall, unknown: readonly string[]): HostMisuseError {
  const names = unknown.map((name) => `"${name}"`).join(", ");
  if (names) return new HostMisuseError(`Nothing is asked under ${names}, but ${labelsOf(call)}.`);
  return new HostMisuseError(
    `A single value answers a single input, and here are ${labelsOf(call)}. Give an object of values by label.`,
  );
}
