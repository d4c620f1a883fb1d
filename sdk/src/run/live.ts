import { create, toBinary } from "@bufbuild/protobuf";
import { IoComponentSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { Field } from "../io/compose.ts";
import { Refreshes, type Wanted } from "./refreshes.ts";

interface Shown {
  callKey: string;
  field: Field;
  /** Performs something where the program asked, so that it finds `io` and `ctx`. */
  within: <T>(perform: () => T) => T;
}

/** What components that can be read again need of their run. */
interface LiveOptions {
  signal: AbortSignal;
  /** Sends a component that has changed. */
  resend: (callKey: string, field: Field) => Promise<void>;
  /** Tells both sides that a component could not be read: what was shown stays. */
  failed: (error: unknown, field: Field) => void;
}

/** What a run shows and can read again. */
export class Live {
  readonly #options: LiveOptions;
  readonly #shown = new Set<Shown>();
  readonly #refreshes: Refreshes;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#refreshes = new Refreshes((wanted) => this.#readAgain(wanted), options.signal);
  }

  /** Refreshes a component with the others from now on, if it can be read again. */
  add(shown: Shown): void {
    if (shown.field.built.reload) this.#shown.add(shown);
  }

  /** A call was answered: what was chosen from stays as it was. */
  answered(callKey: string): void {
    for (const shown of this.#shown) {
      if (shown.callKey === callKey && shown.field.built.read) this.#shown.delete(shown);
    }
  }

  /**
   * Reads components again and sends those that have changed. Only a wrong key rejects.
   * @throws {HostMisuseError} for a key that none of them has
   */
  async refresh(key?: string): Promise<void> {
    if (key !== undefined && ![...this.#shown].some(({ field }) => field.key === key)) {
      throw new HostMisuseError(
        `ctx.refresh: the run shows nothing with the key ${JSON.stringify(key)} that can be read again. Give the component this "key", and "getData" or a function that returns the data.`,
      );
    }
    await this.#refreshes.ask(key);
  }

  async #readAgain(wanted: Wanted): Promise<void> {
    const chosen = [...this.#shown].filter(({ field }) => wanted === "all" || wanted.has(field.key));
    await Promise.all(chosen.map((shown) => this.#read(shown)));
  }

  async #read({ callKey, field, within }: Shown): Promise<void> {
    const { signal, resend, failed } = this.#options;
    const before = bytesOf(field);
    try {
      await within(() => field.built.reload?.(signal));
    } catch (error) {
      if (!signal.aborted) failed(error, field);
      return;
    }
    if (Buffer.compare(before, bytesOf(field)) !== 0) await resend(callKey, field);
  }
}

function bytesOf({ built: { kind } }: Field): Uint8Array {
  return toBinary(IoComponentSchema, create(IoComponentSchema, { kind }));
}
