import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { backoffMs, FileService, limits } from "@interval/proto";
import { ConnectionError, IntervalError } from "../errors.ts";
import { messageOf } from "../thrown.ts";
import type { Asset, AssetStore } from "./assets.ts";

/** Where the server is, and what opens it. */
interface Access {
  baseUrl: string;
  apiKey: string;
}

/** For how long a server that does not answer is asked again, in milliseconds: as long as it waits for a host. */
const patienceMs = limits.hostGraceMs;

/** The assets of a host's runs on its server, over HTTP beside the host's stream. */
export class HttpAssets implements AssetStore {
  readonly #access: () => Access;
  readonly #instanceId: string;
  #files: Client<typeof FileService> | undefined;

  /**
   * @param access is asked when something is stored or read for the first time
   * @param instanceId names this process
   */
  constructor(access: () => Access, instanceId: string) {
    this.#access = access;
    this.#instanceId = instanceId;
  }

  async put(runId: string, { bytes, mediaType, name = "" }: Asset): Promise<string> {
    const requestId = randomUUID();
    const purpose = { case: "display" as const, value: { hostInstanceId: this.#instanceId } };
    const request = { runId, purpose, name, mediaType, size: BigInt(bytes.length), requestId };
    return untilHeard(async () => {
      const { assetId } = await this.#client().beginUpload(request);
      await this.#fetch(assetId, { method: "PUT", body: new Uint8Array(bytes) });
      return assetId;
    });
  }

  async read(id: string): Promise<ReadableStream<Uint8Array>> {
    const first = await untilHeard(() => this.#fetch(id));
    return ReadableStream.from(this.#bytes(id, first));
  }

  async url(id: string): Promise<string> {
    const { url } = await untilHeard(() => this.#client().createDownloadUrl({ assetId: id }));
    return url;
  }

  /** A response's bytes; where the line breaks, what follows is asked for. */
  async *#bytes(id: string, first: Response): AsyncGenerator<Uint8Array> {
    const size = Number(first.headers.get("content-length"));
    let response = first;
    for (let read = 0; ; ) {
      try {
        for await (const chunk of response.body ?? []) {
          read += chunk.length;
          yield chunk;
        }
        if (read >= size) return;
      } catch (error) {
        if (read >= size) throw error;
      }
      response = await untilHeard(() => this.#fetch(id, { headers: { range: `bytes=${read}-` } }));
    }
  }

  async #fetch(id: string, init: RequestInit = {}): Promise<Response> {
    const { baseUrl, apiKey } = this.#access();
    const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${baseUrl}/assets/${id}`, { ...init, headers });
    if (response.ok) return response;
    const text = (await response.text()).trim();
    if (response.status >= 500) throw new ConnectionError(`The server answered ${response.status}: ${text}`);
    throw new IntervalError(text || `The server answered ${response.status}.`);
  }

  #client(): Client<typeof FileService> {
    if (!this.#files) {
      const { baseUrl, apiKey } = this.#access();
      const transport = createConnectTransport({
        baseUrl,
        httpVersion: "1.1", // its connections keep no process alive
        defaultTimeoutMs: limits.requestMs,
        interceptors: [
          (next) => (request) => {
            request.header.set("Authorization", `Bearer ${apiKey}`);
            return next(request);
          },
        ],
      });
      this.#files = createClient(FileService, transport);
    }
    return this.#files;
  }
}

/** Does something again while the server cannot be heard, for as long as the server would wait for a host. */
async function untilHeard<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const pause = backoffMs(attempt);
      if (!isPassing(error)) throw plainly(error);
      if (performance.now() + pause > until)
        throw new ConnectionError(`The server cannot be reached: ${messageOf(error)}`, { cause: error });
      await delay(pause);
    }
  }
}

/** Whether it may go well the next time: the server was not heard, or not in order. */
function isPassing(error: unknown): boolean {
  if (error instanceof ConnectError) {
    return [Code.Unavailable, Code.Internal, Code.Unknown, Code.Aborted, Code.DeadlineExceeded].includes(error.code);
  }
  return error instanceof ConnectionError || error instanceof TypeError; // which fetch throws when nobody answers
}

function plainly(error: unknown): unknown {
  return error instanceof ConnectError ? new IntervalError(error.rawMessage, { cause: error }) : error;
}
