// A framework that reloads its modules makes a new host and forgets the old one, whose process goes on. So hosts of one process that offer the same
// to the same server give way to the newer one.

const slot = Symbol.for("interval.hosts");

/** A host that listens in this process. */
interface Listening {
  /** Its server and key. */
  key: string;
  /** What it offers, by path, once the server has accepted it. */
  paths: ReadonlySet<string>;
  /** What newer hosts offer may have changed. */
  changed: () => void;
}

/** One host among those of its process with the same server and key. */
export class InProcess {
  readonly #own: Listening;

  /** Takes its place as the newest. @param changed called when newer hosts offer something else */
  constructor(key: string, changed: () => void) {
    this.#own = { key, paths: new Set(), changed };
    listening().push(this.#own);
  }

  /** The host offers these routes: older ones give way. */
  offer(paths: Iterable<string>): void {
    this.#own.paths = new Set(paths);
    this.#tellOlder();
  }

  /** The host is gone: older ones that are still there have their routes again. */
  leave(): void {
    this.#own.paths = new Set();
    this.#tellOlder();
    const all = listening();
    const at = all.indexOf(this.#own);
    if (at >= 0) all.splice(at, 1);
  }

  /** The paths that newer hosts offer. */
  taken(): ReadonlySet<string> {
    const all = listening();
    const newer = all.slice(all.indexOf(this.#own) + 1).filter(({ key }) => key === this.#own.key);
    return new Set(newer.flatMap(({ paths }) => [...paths]));
  }

  #tellOlder(): void {
    const all = listening();
    for (const { key, changed } of all.slice(0, Math.max(0, all.indexOf(this.#own)))) {
      if (key === this.#own.key) changed();
    }
  }
}

/** Those of the process, oldest first, shared by all copies of the SDK in it. */
function listening(): Listening[] {
  const known = Reflect.get(globalThis, slot) as Listening[] | undefined;
  if (known) return known;
  const made: Listening[] = [];
  Reflect.set(globalThis, slot, made);
  return made;
}
