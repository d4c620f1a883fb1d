import { create } from "@bufbuild/protobuf";
import {
  type AnswerCallRequest,
  CallStatus,
  type FetchRequest,
  type IoComponent,
  IoFetchSchema,
  IoValueSchema,
  type RunState,
} from "@interval/proto";
import type { Messages } from "./messages.ts";
import type { Random } from "./random.ts";

/** A call that waits for an answer, as far as the fuzzer knows. */
interface OpenCall {
  runId: string;
  callKey: string;
  revision: number;
  components: IoComponent[];
}

const remembered = 100;

/** Calls that can be answered: an answer to anything else is refused before it is looked at. */
export class OpenCalls {
  #known: OpenCall[] = [];

  note({ run, calls }: RunState): void {
    const runId = run?.id ?? "";
    this.#known = this.#known.filter((each) => each.runId !== runId);
    for (const { call, status, revision } of calls) {
      if (call && status === CallStatus.OPEN)
        this.#known.push({ runId, callKey: call.key, revision, components: call.components });
    }
    this.#known.splice(0, this.#known.length - remembered);
  }

  /** Makes an answer be one to a real call, with values of the right kinds under the right keys, and whatever else it holds. */
  aim(request: AnswerCallRequest, random: Random, messages: Messages): void {
    if (this.#known.length === 0) return;
    const { runId, callKey, revision, components } = random.of(this.#known);
    Object.assign(request, { runId, callKey, revision });
    const values = request.answer?.values;
    if (!values) return;
    for (const { key, kind } of components) {
      const field = IoValueSchema.fields.find(({ localName }) => localName === kind.case);
      if (!field?.message || random.chance(0.1)) continue;
      Object.defineProperty(values, key, {
        value: create(IoValueSchema, { kind: { case: field.localName, value: messages.make(field.message) } as never }),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }

  /** Makes a fetch ask a component that is shown for what its kind can be asked. */
  aimFetch(request: FetchRequest, random: Random, messages: Messages): void {
    if (this.#known.length === 0) return;
    const { runId, callKey, components } = random.of(this.#known);
    const [component] = components;
    Object.assign(request, { runId, callKey, componentKey: component?.key ?? "" });
    const field = IoFetchSchema.fields.find(({ localName }) => localName === component?.kind.case);
    if (!field?.message) return;
    request.fetch = create(IoFetchSchema, {
      kind: { case: field.localName, value: messages.make(field.message) } as never,
    });
  }
}
