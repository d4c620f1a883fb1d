import type { Logger } from "pino";

/** How long a server may take to stop after an exception that nobody caught, in milliseconds. */
const stopMs = 5_000;

/**
 * What becomes of errors that nobody has caught. A rejected promise is logged, and the server goes on: what was awaited by nobody is needed by
 * nobody. After an exception outside of any promise nothing is known about what was done in part: it is logged, the server stops gently
 * within a few seconds, and the process ends with exit code 1, so that whatever supervises it starts it again. Runs survive both.
 */
export function handleUncaught({ logger, close }: { logger: Logger; close: () => Promise<void> }): void {
  let stopping = false;
  process.on("unhandledRejection", (reason) => {
    logger.error({ err: toError(reason) }, "a promise was rejected that nobody awaits; the server goes on");
  });
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: toError(error) }, "an exception was not caught; the server stops");
    if (stopping) return;
    stopping = true;
    const exit = () => process.exit(1);
    setTimeout(exit, stopMs);
    close().then(exit, exit);
  });
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
