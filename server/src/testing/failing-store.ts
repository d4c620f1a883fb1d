import { openSqliteStore, type SqliteStore } from "../store/sqlite/open.ts";

const parts = ["journal", "people", "keys", "assets", "settings"] as const;
type Part = (typeof parts)[number];

/** A real store whose calls fail when a test says so. */
export class FailingStore {
  /** Every call that can fail, such as "journal.append". */
  readonly calls: string[] = [];
  /** How many calls have failed. */
  failed = 0;
  #fails: (call: string) => "before" | "after" | undefined = () => undefined;

  /** Opens the store of a server. */
  open = async (dataDir: string): Promise<SqliteStore> => {
    const store = await openSqliteStore(dataDir);
    const decorated = Object.fromEntries(parts.map((part) => [part, this.#decorate(part, store[part])]));
    return { ...store, ...decorated };
  };

  /** Fails the next call of a method: before it is done, or after, so that only its answer is lost. */
  failOnce(method: string, when: "before" | "after"): void {
    this.#fails = (call) => {
      if (call !== method) return undefined;
      this.restore();
      return when;
    };
  }

  /** Fails every call of a part of the store from now on. */
  failAll(part: Part): void {
    this.#fails = (call) => (call.startsWith(`${part}.`) ? "before" : undefined);
  }

  restore(): void {
    this.#fails = () => undefined;
  }

  #decorate<Methods extends object>(part: Part, methods: Methods): Methods {
    const made = Object.entries(methods).map(([name, method]) => {
      const call = `${part}.${name}`;
      if (!this.calls.includes(call)) this.calls.push(call);
      const failing = async (...given: unknown[]) => {
        const when = this.#fails(call);
        if (when) this.failed++;
        if (when === "before") throw new Error(`${call} has failed.`);
        const result = await method(...given);
        if (when === "after") throw new Error(`The answer of ${call} was lost.`);
        return result;
      };
      return [name, failing];
    });
    return Object.fromEntries(made);
  }
}
