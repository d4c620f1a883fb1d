import { ConnectError } from "@connectrpc/connect";
import { TimeoutError } from "../errors.ts";
import type { Ended } from "./connection.ts";
import type { Protocol } from "./line.ts";
import { describeEnd } from "./refusal.ts";

/** For so many connections HTTP/2 is left out, where finding out that it does not get through takes its time. */
const withoutHttp2 = 9;

/**
 * Which protocol the next connection takes: HTTP/2, but HTTP/1.1 right after HTTP/2 has failed in a way of its own, such as behind a proxy
 * that does not speak it. What fails at once costs nothing to try, so the connection after that begins with HTTP/2 again. Silence costs
 * seconds: where HTTP/2 has never worked it is left out for the nine connections after.
 */
export class LineChoice {
  #next: Protocol = "HTTP/2";
  #left = 0;
  #hasHttp2Worked = false;
  #why = "";

  get next(): Protocol {
    return this.#next;
  }

  /** Why the last connection over HTTP/2 failed, in a few words. */
  get why(): string {
    return this.#why;
  }

  /**
   * Learns from the end of a connection.
   * @returns whether the next should be made at once, since it may do what this one could not
   */
  learn({ onlineMs, error }: Ended, isRefused: boolean): boolean {
    const isOnline = onlineMs !== undefined;
    if (!isOnline && (isRefused || concernsBoth(error))) return false;
    if (this.#next === "HTTP/1.1") {
      if (isOnline && this.#left > 0) this.#left--;
      else this.#next = "HTTP/2";
      return false;
    }
    if (isOnline) {
      this.#hasHttp2Worked = true;
      return false;
    }
    this.#next = "HTTP/1.1";
    this.#why = describeEnd(error);
    this.#left = error instanceof TimeoutError && !this.#hasHttp2Worked ? withoutHttp2 : 0;
    return true;
  }
}

/** The server is not there or starts: this says nothing about a protocol. */
function concernsBoth(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  const { cause, rawMessage } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return unreachable.has(code) || /^HTTP (429|503|504)$/.test(rawMessage);
}

const unreachable: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
