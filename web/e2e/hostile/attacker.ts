import { createHash, randomUUID } from "node:crypto";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { DurationSchema } from "@bufbuild/protobuf/wkt";
import {
  AnswerCallRequestSchema,
  AnswerCallResponseSchema,
  AnswerRefusalSchema,
  CallStatus,
  FetchRequestSchema,
  type FieldError,
  type IoAnswerSchema,
  type IoFetchSchema,
  type IoValueSchema,
  type RunState,
} from "@interval/proto";
import { openCall, runId } from "../harness/operator-client.ts";

export type Values = Record<string, MessageInitShape<typeof IoValueSchema>>;

/** What is sent to `AnswerCall`. */
interface AnswerRequest {
  runId?: string;
  callKey?: string;
  revision?: number;
  requestId?: string;
  answer?: MessageInitShape<typeof IoAnswerSchema>;
  wait?: MessageInitShape<typeof DurationSchema>;
}

/** What a request was answered with. */
export interface Reply {
  status: number;
  /** The error's code, such as "invalid_argument"; empty where there is none. */
  code: string;
  message: string;
  errors: FieldError[];
  /** What came where there is no error. */
  bytes?: Uint8Array;
}

/** How a request is made. */
export interface Post {
  contentType?: string;
  key?: string;
  method?: string;
}

/** Waits until the host has had its say. */
const waiting = { wait: { seconds: 20n } };

/** A run that is attacked: its state, which moves on with each refusal of its host. */
export class Target {
  state: RunState;

  constructor(state: RunState) {
    this.state = state;
  }

  get runId(): string {
    return runId(this.state);
  }

  /** The request with which the open call is answered. */
  request(change: AnswerRequest = {}): AnswerRequest {
    const { call, revision } = openCall(this.state);
    return { runId: this.runId, callKey: call?.key ?? "", revision, requestId: randomUUID(), ...change };
  }

  /** Takes note of the state after an answer: a call that its host has opened again was refused. */
  heard(reply: Reply): Reply {
    const state = reply.bytes && fromBinary(AnswerCallResponseSchema, reply.bytes).state;
    if (!state) return reply;
    this.state = state;
    const again = state.calls.find(({ status, errors }) => status === CallStatus.OPEN && errors.length > 0);
    return again
      ? { status: 0, code: "invalid_argument", message: "refused by the host", errors: again.errors }
      : reply;
  }
}

/** Sends what no dashboard would, keeps count of it, and collects what was not refused as it should be. */
export class Attacker {
  readonly #url: string;
  readonly #key: string;
  readonly #tried = new Set<string>();
  /** What went wrong, in words. */
  readonly faults: string[] = [];

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** How many distinct bad replies and requests were sent. */
  get count(): number {
    return this.#tried.size;
  }

  /**
   * Answers the open call of a run with values of which at least one is bad: field errors for these keys are due, from the server, or from the
   * host, which asks again.
   */
  async answer(target: Target, note: string, values: Values, keys: string[], choice?: string): Promise<void> {
    const request = target.request({ answer: { values, choice } });
    const reply = await this.send({ ...request, ...waiting });
    this.#judge(note, request, target.heard(reply), ["invalid_argument"], keys);
  }

  /** Answers with something else than good and well-addressed values: one of these codes is due. */
  async refused(note: string, request: AnswerRequest, codes: string[], post: Post = {}): Promise<void> {
    this.#judge(note, request, await this.send(request, post), codes);
  }

  /** Sends bytes that are no answer, or none that can be read. */
  async bytes(note: string, body: Uint8Array<ArrayBuffer> | string, codes: string[], post: Post = {}): Promise<void> {
    this.#judge(note, `${JSON.stringify(post)}${digest(body)}`, await this.post("AnswerCall", body, post), codes);
  }

  /** Asks a component for what it cannot be asked. */
  async fetch(
    note: string,
    target: { runId: string; callKey: string; componentKey: string },
    fetch: MessageInitShape<typeof IoFetchSchema> | undefined,
    codes: string[],
  ): Promise<void> {
    const request = create(FetchRequestSchema, { ...target, fetch });
    const reply = await this.post("Fetch", bytesOf(toBinary(FetchRequestSchema, request)));
    this.#judge(note, digest(toBinary(FetchRequestSchema, { ...request, runId: "" })), reply, codes);
  }

  send(request: AnswerRequest, post: Post = {}): Promise<Reply> {
    const message = create(AnswerCallRequestSchema, request);
    return this.post("AnswerCall", bytesOf(toBinary(AnswerCallRequestSchema, message)), post);
  }

  async post(
    rpc: string,
    body: Uint8Array<ArrayBuffer> | string,
    { contentType = "application/proto", key = this.#key, method = "POST" }: Post = {},
  ): Promise<Reply> {
    const headers = { "content-type": contentType, ...(key && { authorization: `Bearer ${key}` }) };
    const init = { method, headers, ...(method === "POST" && { body }) };
    const response = await fetch(`${this.#url}/interval.operator.v1.RunService/${rpc}`, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    return response.ok
      ? { status: response.status, code: "", message: "", errors: [], bytes }
      : readError(response, bytes);
  }

  #judge(note: string, sent: AnswerRequest | string, reply: Reply, codes: string[], keys?: string[]): void {
    const { status, code, message, errors } = reply;
    const target = typeof sent === "string" ? sent : digestOf(sent);
    this.#tried.add(`${note}\n${target}`);
    const fault = (text: string) => this.faults.push(`${note}: ${text}`);
    if (status === 200) return void fault("it was taken");
    if (!codes.includes(code)) fault(`${code || status} (${message.slice(0, 200)}), not ${codes.join(" or ")}`);
    if (message.trim() === "") fault("nothing says why");
    if (keys && errors.length === 0) fault(`no field error (${message.slice(0, 200)})`);
    for (const { componentKey, text } of errors) {
      if (text.trim() === "") fault("a field error says nothing");
      if (keys && !keys.includes(componentKey)) fault(`a field error is about "${componentKey}"`);
    }
  }
}

function readError({ status }: Response, bytes: Buffer): Reply {
  try {
    const { code, message, details = [] } = JSON.parse(bytes.toString());
    const found: Array<{ type: string; value: string }> = details;
    const refusals = found.filter(({ type }) => type === AnswerRefusalSchema.typeName);
    const errors = refusals.flatMap(
      ({ value }) => fromBinary(AnswerRefusalSchema, Buffer.from(value, "base64")).errors,
    );
    return { status, code, message: message ?? "", errors };
  } catch {
    return { status, code: `http ${status}`, message: bytes.toString() || `HTTP ${status}`, errors: [] };
  }
}

/** What tells requests apart, whatever run they are sent to. */
function digestOf(request: AnswerRequest): string {
  const message = create(AnswerCallRequestSchema, { ...request, requestId: "" });
  return digest(toBinary(AnswerCallRequestSchema, { ...message, runId: message.runId.slice(0, 4) }));
}

function digest(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("base64url");
}

export function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
