// The operators' services, as a careful client uses them: every request has a deadline, and is repeated, as it was, until it is answered.
import { setTimeout as pause } from "node:timers/promises";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AnswerConflictSchema, RunService, WatchService } from "@interval/proto";

/** How long a request may take, in milliseconds, beside what it is asked to wait. */
const timeoutMs = 6000;

/** What no repetition changes. All else is a fault of the line, or of a server that starts or stops. */
const final = new Set([
  Code.InvalidArgument,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.NotFound,
  Code.Unauthenticated,
  Code.Unimplemented,
]);

/** Whether the server has said that a call is not open at the revision that was answered. A line that is cut has the same code, but says nothing. */
export const isConflict = (error) => error.findDetails(AnswerConflictSchema).length > 0;

/** The services, through the proxy. */
export class Api {
  #runs;
  #watches;
  #note;

  constructor({ url, key, httpVersion, note }) {
    const authorize = (next) => (request) => {
      request.header.set("Authorization", `Bearer ${key}`);
      return next(request);
    };
    // A line that only looks as if it stood is found out by pings.
    const pings = httpVersion === "2" ? { pingIntervalMs: 2000, pingTimeoutMs: 3000, pingIdleConnection: true } : {};
    const options = { baseUrl: url, httpVersion, useBinaryFormat: true, interceptors: [authorize], ...pings };
    const transport = createConnectTransport(options);
    this.#runs = createClient(RunService, transport);
    this.#watches = createClient(WatchService, transport);
    this.#note = note;
  }

  get watches() {
    return this.#watches;
  }

  /**
   * Asks until it is answered.
   * @param isFinal whether an error is an answer, too
   * @throws {ConnectError} one that is
   */
  async insist(method, request, isFinal = (fault) => final.has(fault.code) || isConflict(fault)) {
    for (let attempt = 0; ; attempt++) {
      try {
        const wait = Number(request.wait?.seconds ?? 0) * 1000;
        return await this.#runs[method](request, { timeoutMs: timeoutMs + wait });
      } catch (error) {
        const fault = ConnectError.from(error);
        if (isFinal(fault)) throw fault;
        if (fault.code === Code.Internal && !/stream|reset|closed|ECONN|EPIPE|socket|http2/i.test(fault.rawMessage)) {
          this.#note({ what: "odd", why: `${method}: ${fault.message}` });
        }
        await pause(Math.min(1000, 50 * 2 ** attempt));
      }
    }
  }
}
