import { randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import {
  ActionService,
  type CallState,
  CallStatus,
  FileService,
  type IoAnswerSchema,
  type IoComponent,
  isOver,
  RunService,
  type RunState,
  type Value,
  ValueSchema,
  withStored,
} from "@interval/proto";

/** A program that operates runs with an API key, or as a person who is signed in. */
export class OperatorClient {
  readonly actions: Client<typeof ActionService>;
  readonly runs: Client<typeof RunService>;
  readonly files: Client<typeof FileService>;
  readonly #url: string;
  readonly #identity: Record<string, string>;

  /** @param identity a program's key, or the headers of somebody else */
  constructor(url: string, identity: string | Record<string, string>) {
    this.#identity = typeof identity === "string" ? { authorization: `Bearer ${identity}` } : identity;
    const transport = createConnectTransport({
      baseUrl: url,
      httpVersion: "1.1",
      useBinaryFormat: true,
      interceptors: [
        (next) => (request) => {
          for (const [name, value] of Object.entries(this.#identity)) request.header.set(name, value);
          return next(request);
        },
      ],
    });
    this.actions = createClient(ActionService, transport);
    this.runs = createClient(RunService, transport);
    this.files = createClient(FileService, transport);
    this.#url = url;
  }

  /** Starts a run and waits until it asks something or ends. */
  async start(action: string, params: Record<string, unknown> = {}): Promise<RunState> {
    const packed = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, text(String(value))]));
    const request = { action, params: packed, requestId: randomUUID(), wait: { seconds: 30n } };
    return stateOf(await this.runs.startRun(request));
  }

  /** Answers the open call of a run and waits until it asks something else or ends. */
  async answer(state: RunState, answer: MessageInitShape<typeof IoAnswerSchema>): Promise<RunState> {
    const call = openCall(state);
    const { revision } = call;
    const target = { runId: runId(state), callKey: call.call?.key ?? "", revision };
    return stateOf(await this.runs.answerCall({ ...target, answer, requestId: randomUUID(), wait: { seconds: 30n } }));
  }

  /** Makes a request to an asset's address. */
  asset(id: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const headers = { ...this.#identity, ...init.headers };
    return fetch(`${this.#url}/assets/${id}`, { ...init, headers });
  }

  /** A component with what is stored of it. */
  async whole(component: IoComponent): Promise<IoComponent> {
    return component.stored === undefined ? component : withStored(component, await this.read(component.stored));
  }

  /** The bytes of an asset. */
  async read(id: string): Promise<Uint8Array> {
    const response = await this.asset(id);
    if (!response.ok) throw new Error(`The asset ${id} was answered with ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Uploads a file for the one component of the open call of a run, and returns its id. */
  async upload(state: RunState, name: string, mediaType: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
    const { call } = openCall(state);
    const value = { callKey: call?.key ?? "", componentKey: call?.components[0]?.key ?? "" };
    const purpose = { case: "answer" as const, value };
    const file = { name, mediaType, size: BigInt(body.length), requestId: randomUUID() };
    const { assetId } = await this.files.beginUpload({ runId: runId(state), purpose, ...file });
    const { status } = await this.asset(assetId, { method: "PUT", body });
    if (status !== 204) throw new Error(`The upload was answered with ${status}.`);
    return assetId;
  }

  /** Waits until the run asks something or ends. */
  async settle(id: string): Promise<RunState> {
    while (true) {
      const state = stateOf(await this.runs.getRun({ runId: id, wait: { seconds: 30n } }));
      if (isOver(state.run) || state.calls.some((call) => call.status === CallStatus.OPEN)) return state;
    }
  }
}

/** The call that waits for the operator. */
export function openCall(state: RunState): CallState {
  const call = state.calls.find(({ status }) => status === CallStatus.OPEN);
  if (!call) throw new Error(`The run asks nothing; it stands at ${state.run?.status}.`);
  return call;
}

/** The id of a run. */
export function runId(state: RunState): string {
  return state.run?.id ?? "";
}

function stateOf({ state }: { state?: RunState }): RunState {
  if (!state) throw new Error("The response holds no state.");
  return state;
}

function text(value: string): Value {
  return create(ValueSchema, { kind: { case: "stringValue", value } });
}
