import { randomUUID } from "node:crypto";
import { FailureReason, type Fetched, type IoFetch, type IoPage, type ServerFrame } from "@interval/proto";
import { PreconditionError, ProgramError, UnavailableError } from "../errors.ts";
import type { AttachedHost } from "./attached-host.ts";

interface Waiting {
  host: AttachedHost;
  settle: (fetched: Fetched) => void;
  fail: (error: Error) => void;
}

/** What components ask of their hosts while they are on screen: relayed by request id, and unknown to the journal. */
export class Fetches {
  readonly #waiting = new Map<string, Waiting>();
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Asks a host, and tells it when the asker no longer cares.
   * @param scope the run or page session whose component is asked
   */
  async ask(
    host: AttachedHost,
    scope: ServerFrame["scope"],
    request: { callKey: string; componentKey: string; fetch: IoFetch | undefined },
    signal: AbortSignal,
  ): Promise<IoPage | undefined> {
    const requestId = randomUUID();
    const stop = () => host.send({ scope, body: { case: "cancelFetch", value: { requestId } } });
    let timer: NodeJS.Timeout | undefined;
    let abandon = () => {};
    try {
      const fetched = await new Promise<Fetched>((settle, fail) => {
        this.#waiting.set(requestId, { host, settle, fail });
        const giveUp = (why: string) => {
          stop();
          fail(new UnavailableError(why));
        };
        const { componentKey } = request;
        timer = setTimeout(() => giveUp(`The host has not answered within ${this.#timeoutMs} ms.`), this.#timeoutMs);
        abandon = () => giveUp(`Nobody waits for the page of "${componentKey}" any more.`);
        signal.addEventListener("abort", abandon, { once: true });
        host.send({ scope, body: { case: "fetch", value: { requestId, ...request } } });
      });
      return pageOf(fetched);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon); // it comes with the end of every request
      this.#waiting.delete(requestId);
    }
  }

  /** A host has answered. */
  answered(host: AttachedHost, fetched: Fetched): void {
    const waiting = this.#waiting.get(fetched.requestId);
    if (waiting?.host === host) waiting.settle(fetched);
  }

  /** A host is gone: its answers will not come. */
  lost(host: AttachedHost): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.host === host) waiting.fail(new UnavailableError("The host is away."));
    }
  }
}

function pageOf({ outcome }: Fetched): IoPage {
  switch (outcome.case) {
    case "page":
      return outcome.value;
    case "failure": {
      const { message, reason } = outcome.value;
      if (reason === FailureReason.NOT_FOUND) throw new PreconditionError(message);
      throw new ProgramError(message);
    }
    case undefined:
      throw new ProgramError("The host's answer is newer than this server.");
  }
}
