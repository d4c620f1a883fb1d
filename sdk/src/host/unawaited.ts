import { ambient } from "../run/storage.ts";
import { messageOf } from "../thrown.ts";

// A promise that is rejected while nobody awaits it ends a Node process. One forgotten `await` in one action must not end the runs of everybody
// else, so a rejection within a run is told to that run. Every other one does what it did without the SDK.

const slot = Symbol.for("interval.unawaited");

/** Watches over the process. */
interface Watch {
  /** How many hosts listen in this process. */
  hosts: number;
  listener: (error: unknown) => void;
}

/** Gives rejections that nobody awaited to the run that they happen in, until what it returns is called. */
export function watchUnawaited(): () => void {
  const known = Reflect.get(globalThis, slot) as Watch | undefined;
  const watch = known ?? { hosts: 0, listener: hear };
  if (watch.hosts++ === 0) {
    Reflect.set(globalThis, slot, watch); // the one of the process, shared by all copies of the SDK in it
    process.on("unhandledRejection", watch.listener);
  }
  let isWatching = true;
  return () => {
    if (!isWatching) return;
    isWatching = false;
    if (--watch.hosts === 0) process.off("unhandledRejection", watch.listener);
  };
}

function hear(error: unknown): void {
  const tell = ambient()?.unawaited;
  if (tell) tell(error);
  // What a listener throws is uncaught, as the rejection would be if nobody listened.
  else if (process.listenerCount("unhandledRejection") === 1 && !hasModeOfItsOwn()) throw toUncaught(error);
}

/** Whether whoever started Node has said what becomes of such rejections: Node sees to it. */
function hasModeOfItsOwn(): boolean {
  return [...process.execArgv, process.env.NODE_OPTIONS].some((option) => option?.includes("--unhandled-rejections"));
}

function toUncaught(error: unknown): unknown {
  return error instanceof Error ? error : new Error(`A promise that nobody awaited was rejected: ${messageOf(error)}`);
}
