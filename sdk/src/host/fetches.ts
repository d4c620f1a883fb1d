import { create, toBinary } from "@bufbuild/protobuf";
import { FailureReason, type Fetch, type Fetched, FetchedSchema, type IoFetch, limits } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { Serve } from "../io/method.ts";
import type { Logger } from "../logger.ts";
import { toFailure } from "../run/failure.ts";
import { isError } from "../thrown.ts";

/** What a frame has beside the answer to a fetch, in bytes. */
const frameRest = 1024;

/** What components on screen ask for, being answered. */
export class Fetches {
  readonly #logger: Logger;
  readonly #running = new Map<string, AbortController>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Answers a fetch; undefined once nobody waits for it any more. What goes wrong is the answer. */
  async answer({ requestId, componentKey, fetch }: Fetch, serve: Serve | undefined): Promise<Fetched | undefined> {
    const abort = new AbortController();
    this.#running.set(requestId, abort);
    const fetched = create(FetchedSchema, { requestId });
    try {
      fetched.outcome = { case: "page", value: await pageOf(serve, fetch, abort.signal) };
      this.#checkSize(fetched, componentKey);
    } catch (error) {
      const reason = isError(error) && error instanceof GoneError ? FailureReason.NOT_FOUND : FailureReason.THROWN;
      fetched.outcome = { case: "failure", value: toFailure(error, reason) };
    } finally {
      this.#running.delete(requestId);
    }
    return abort.signal.aborted ? undefined : fetched;
  }

  /** Nobody waits for an answer any more. */
  cancel(requestId: string): void {
    this.#running.get(requestId)?.abort();
  }

  /** @throws {HostMisuseError} for a page that is larger than a frame may be */
  #checkSize(fetched: Fetched, componentKey: string): void {
    const bytes = toBinary(FetchedSchema, fetched).length;
    if (bytes <= limits.frameBytes - frameRest) return;
    const MiB = 1024 * 1024;
    const fault = `One page is ${(bytes / MiB).toFixed(1)} MiB; at most ${limits.frameBytes / MiB} MiB can be shown at once. Show fewer rows, or shorter cells.`;
    this.#logger.error(`"${componentKey}" could not be shown: ${fault}`);
    throw new HostMisuseError(fault);
  }
}

/** Nothing here answers for the component any more. */
class GoneError extends Error {
  override name = "GoneError";
}

function pageOf(serve: Serve | undefined, fetch: IoFetch | undefined, signal: AbortSignal) {
  if (serve && fetch) return serve(fetch, signal);
  throw new GoneError("This is no longer live: its host does not hold it any more.");
}
