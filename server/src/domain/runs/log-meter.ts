import { create } from "@bufbuild/protobuf";
import { byteCount, type LineLogged, LineLoggedSchema, LogLevel, type RunEvent, toValue } from "@interval/proto";
import type { LogLimits } from "../../config.ts";

type Logged = Extract<RunEvent["kind"], { case: "logged" }>;

/**
 * Counts what a run logs. What is too much is left out, and one line says how many lines these were. After lines were left out for coming too
 * fast, lines are taken again once half a burst is free, so that there is one such line and not one after each other line.
 */
export class LogMeter {
  readonly #limits: LogLimits;
  readonly #now: () => number;
  #total: number;
  #free: number;
  #countedAt: number;
  #leftOut = 0;
  #isFull = false;

  /**
   * @param total the bytes that the run has logged before
   * @param now the monotonic clock, in milliseconds
   */
  constructor(limits: LogLimits, total: number, now = () => performance.now()) {
    this.#limits = limits;
    this.#total = total;
    this.#free = limits.burstBytes;
    this.#now = now;
    this.#countedAt = now();
  }

  /** What is stored for a line of so many bytes: the line, with a word on those before it that were left out, or nothing. */
  take(line: LineLogged, bytes: number): Logged[] {
    const { runBytes, bytesPerSecond, burstBytes } = this.#limits;
    const now = this.#now();
    this.#free = Math.min(burstBytes, this.#free + ((now - this.#countedAt) / 1000) * bytesPerSecond);
    this.#countedAt = now;
    if (this.#total + bytes > runBytes) {
      this.#leftOut++;
      if (this.#isFull) return [];
      this.#isFull = true;
      return [warning(`The lines from here on are left out: a run may log ${byteCount(runBytes)} (LOG_QUOTA_RUN).`)];
    }
    if (bytes > this.#free || (this.#leftOut > 0 && this.#free < burstBytes / 2)) {
      this.#leftOut++;
      return [];
    }
    this.#free -= bytes;
    this.#total += bytes;
    return [...this.end(), { case: "logged", value: line }];
  }

  /** A word on the lines that were left out last, if there are any: said before what comes next, or before the end of the run. */
  end(): Logged[] {
    const count = this.#leftOut;
    this.#leftOut = 0;
    if (count === 0) return [];
    const lines = count === 1 ? "1 line was" : `${count} lines were`;
    const why = this.#isFull
      ? `a run may log ${byteCount(this.#limits.runBytes)} (LOG_QUOTA_RUN)`
      : `a run may log ${byteCount(this.#limits.bytesPerSecond)} per second, and ${byteCount(this.#limits.burstBytes)} at once (LOG_RATE_RUN, LOG_BURST_RUN)`;
    return [warning(`${lines} left out: ${why}.`)];
  }
}

function warning(text: string): Logged {
  return { case: "logged", value: create(LineLoggedSchema, { level: LogLevel.WARNING, values: [toValue(text)] }) };
}
