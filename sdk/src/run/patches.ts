import type { Field } from "../io/compose.ts";

/** Sends a component of a call anew. */
export type Resend = (callKey: string, field: Field) => Promise<void>;

interface Shown {
  callKey: string;
  field: Field;
}

/** Components that were not all there when they were sent: each is sent anew as it changes, those that change at the same time together. */
export class Patches {
  readonly #resend: Resend;
  readonly #failed: (error: unknown, field: Field) => void;
  readonly #changed = new Set<Shown>();
  readonly #waiting: Array<() => void> = [];
  /** How many components still wait for something. */
  #open = 0;
  #working = false;
  #stopped = false;

  /** @param failed tells the developer why a value of a component does not come */
  constructor(resend: Resend, failed: (error: unknown, field: Field) => void) {
    this.#resend = resend;
    this.#failed = failed;
  }

  /** Whether nothing is on its way. */
  get isIdle(): boolean {
    return this.#stopped || (this.#open === 0 && !this.#working);
  }

  /** Resolves once nothing is on its way. */
  async idle(): Promise<void> {
    if (!this.isIdle) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Follows the components of a call that was sent. */
  follow(callKey: string, fields: readonly Field[]): void {
    for (const field of fields) {
      if (!field.built.later) continue;
      const shown = { callKey, field };
      this.#open++;
      const failed = (error: unknown) => this.#failed(error, field);
      void this.#bring(field.built.later({ changed: () => this.#change(shown), failed }), failed);
    }
  }

  /** Waits until all of a component is there. It never rejects. */
  async #bring(all: Promise<void>, failed: (error: unknown) => void): Promise<void> {
    try {
      await all;
    } catch (error) {
      failed(error);
    }
    this.#open--;
    this.#tellIdle();
  }

  /** Waits for nothing any more. */
  stop(): void {
    this.#stopped = true;
    this.#changed.clear();
    this.#tellIdle();
  }

  #change(shown: Shown): void {
    if (this.#stopped) return;
    this.#changed.add(shown);
    if (this.#working) return;
    this.#working = true;
    setImmediate(() => void this.#work());
  }

  async #work(): Promise<void> {
    while (this.#changed.size > 0) {
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const { callKey, field } of changed) {
        await this.#resend(callKey, field).catch((error: unknown) => this.#failed(error, field));
      }
    }
    this.#working = false;
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.isIdle) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
