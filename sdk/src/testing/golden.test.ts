// The golden cases of the protocol, through the test kit: it takes and refuses what a server and its hosts do, and whatever a program can get
// can be entered again as it is.
import { create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import {
  CallStatus,
  FieldErrorCode,
  FieldErrorSchema,
  IoAnswerSchema,
  type IoComponent,
  IoFetchSchema,
  IoValueSchema,
  isInputKind,
} from "@interval/proto";
import { describe, expect, it } from "vitest";
import { Action } from "../action.ts";
import { goldenCases, hostDecides, specOf } from "../io/golden.test-util.ts";
import { InputPromise } from "../io/io-promise.ts";
import { methods } from "../io/methods.ts";
import { submit, TestCall } from "./call.ts";
import { MemoryLink } from "./link.ts";
import { AnswerRefusedError } from "./refusal.ts";
import { toStart } from "./start.ts";

/** A program that asks for a component again and again, and what it got. */
class Asking {
  readonly got: unknown[] = [];
  readonly #link: MemoryLink;
  readonly #key: string;

  constructor(component: IoComponent) {
    const handler = async () => {
      while (true) this.got.push(await new InputPromise(specOf(component)));
    };
    this.#key = component.key;
    this.#link = new MemoryLink({
      runId: "run_1",
      start: toStart("golden", {}),
      timeoutMs: 3000,
      find: () => new Action(handler),
    });
  }

  async answer(value: JsonObject | null): Promise<void> {
    const call = await this.#nextCall();
    const [component] = call.components;
    if (component?.kind === "inputFile" && component.props.ownStorage) {
      // A file's address is known to the program that has given it.
      const fetch = create(IoFetchSchema, { kind: { case: "inputFile", value: { name: "a" } } });
      await this.#link.fetch(call.key, component.key, fetch);
    }
    const values = value ? { [component?.key ?? ""]: fromJson(IoValueSchema, value) } : {};
    await submit(this.#link, call.key, create(IoAnswerSchema, { values }));
  }

  /** Enters what the program has got. */
  async enterAgain(): Promise<void> {
    const call = await this.#nextCall();
    await call.answer({ [call.components[0]?.key ?? ""]: this.got[0] });
    await this.#nextCall();
  }

  #nextCall(): Promise<TestCall> {
    return this.#link.until(
      () => {
        const open = this.#link.state.calls.find(({ status }) => status === CallStatus.OPEN)?.call;
        return open && new TestCall(this.#link, open.key);
      },
      () => new Error(`"${this.#key}" is not asked.`),
    );
  }
}

describe.each(goldenCases)("$component.kind.case: $component.kind.value", ({ component, good, bad }) => {
  it.each(hostDecides.has(component.kind.case) ? [] : good)("takes: $note", async ({ value }) => {
    const asking = new Asking(component);
    await asking.answer(value);
    // What was uploaded is a file of the run: to give it again is to upload it again.
    if (component.kind.case === "inputFile" || component.disabled) return;
    await asking.enterAgain();
    expect(asking.got[1]).toEqual(asking.got[0]);
  });

  it.each(bad)("refuses: $note", async ({ value, errors }) => {
    const refused = await new Asking(component).answer(value).catch((error: unknown) => error);
    const codes = errors.map((error) => FieldErrorCode[fromJson(FieldErrorSchema, error).code].toLowerCase());
    expect(refused instanceof AnswerRefusedError && refused.errors.map(({ code }) => code)).toEqual(codes);
  });
});

it("runs the cases of every input that the SDK has", () => {
  const inputs = Object.keys(methods).filter(isInputKind);
  expect(new Set(goldenCases.map(({ component }) => component.kind.case))).toEqual(new Set(inputs));
});
