import { limits } from "@interval/proto";
import { type FrameBody, type SizedFrame, sized, type Write } from "./frame.ts";

/**
 * The frames of one run that the server has not stored yet, in order. They outlive the connection: a new one is given those that the server has not
 * acknowledged. No more than the run's credit is on its way at a time; what is above waits here, and so should the program.
 */
export class Outbox {
  readonly #runId: string;
  readonly #epoch: number;
  #entries: SizedFrame[] = [];
  #sequence = 0n;
  /** How many entries, from the first, were written to the current connection. */
  #written = 0;
  #writtenBytes = 0;
  #write: Write | undefined;
  #waiting: Array<() => void> = [];
  #unsettled: Array<{ sequence: bigint; resolve: () => void }> = [];

  /** @param epoch the run's, as the server told it */
  constructor(runId: string, epoch = 1) {
    this.#runId = runId;
    this.#epoch = epoch;
  }

  /** Whether everything is stored by the server. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /**
   * Adds a frame. It is in its place as soon as the call returns; the promise resolves once the run has credit, at once if it has.
   * @throws {HostMisuseError} for a frame that is larger than a frame may be
   */
  push(body: FrameBody): Promise<void> | undefined {
    const scope = { case: "runId", value: this.#runId } as const;
    const entry = sized({ sequence: this.#sequence + 1n, epoch: this.#epoch, scope, body });
    this.#sequence++;
    this.#entries.push(entry);
    this.#flush();
    if (this.#write === undefined ? this.#hasCredit() : this.#written === this.#entries.length) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves once the server has stored everything that was said so far, or wants nothing more. */
  settled(): Promise<void> {
    if (this.isEmpty) return Promise.resolve();
    const sequence = this.#sequence;
    return new Promise((resolve) => this.#unsettled.push({ sequence, resolve }));
  }

  /** Forgets what the server has stored. */
  acknowledge(sequence: bigint): void {
    let count = 0;
    let bytes = 0;
    for (const entry of this.#entries) {
      if (entry.frame.sequence > sequence) break;
      if (count < this.#written) bytes += entry.bytes;
      count++;
    }
    this.#entries.splice(0, count);
    this.#written = Math.max(0, this.#written - count);
    this.#writtenBytes -= bytes;
    this.#flush();
    if (this.#written === this.#entries.length) this.#release();
    this.#settle();
  }

  /** Goes on over a new connection, from what the server has not stored. */
  attach(write: Write, storedSequence: bigint): void {
    this.#write = write;
    this.#written = 0;
    this.#writtenBytes = 0;
    this.acknowledge(storedSequence);
  }

  /** The connection is gone; frames stay. */
  detach(): void {
    this.#write = undefined;
  }

  /** Forgets everything: the server no longer wants it. */
  discard(): void {
    this.#write = undefined;
    this.#entries = [];
    this.#written = 0;
    this.#release();
    this.#settle();
  }

  #hasCredit(): boolean {
    return this.#entries.length < limits.runCredit.frames;
  }

  #flush(): void {
    if (!this.#write) return;
    const { frames, bytes } = limits.runCredit;
    while (this.#written < this.#entries.length) {
      const entry = this.#entries[this.#written];
      const full = this.#written >= frames || (this.#written > 0 && this.#writtenBytes + (entry?.bytes ?? 0) > bytes);
      if (!entry || full) return;
      this.#written++;
      this.#writtenBytes += entry.bytes;
      this.#write(entry);
    }
  }

  #settle(): void {
    const first = this.#entries[0]?.frame.sequence ?? this.#sequence + 1n;
    while (this.#unsettled[0] && this.#unsettled[0].sequence < first) this.#unsettled.shift()?.resolve();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
