import { create } from "@bufbuild/protobuf";
import { type LoadingChanged, LoadingChangedSchema, limits } from "@interval/proto";
import { isRecord } from "../io/props.ts";
import { shorten } from "../thrown.ts";

/** What a program says of its progress. */
export interface LoadingOptions {
  /** A short title. */
  label?: string;
  /** A line below it. */
  description?: string;
  /** How many items there are; shows a bar. */
  itemsInQueue?: number;
}

/** Says what the program is doing. The next call, or the end of the run, clears it. Nothing here ever fails. */
export interface LoadingControl {
  /** Begins anew; without arguments a spinner alone. */
  start: (options?: string | LoadingOptions) => Promise<void>;
  /** Changes what is given and keeps the rest. */
  update: (options: string | LoadingOptions) => Promise<void>;
  /** Counts one more item as done. */
  completeOne: () => Promise<void>;
}

/** Progress of the SDK's own, in front of what the program says. */
export interface Aside {
  show: (label: string, done: number, total?: number) => void;
  /** Gives what the program says its place again. */
  end: () => void;
}

/** How often progress of the SDK's own is told at most, in milliseconds. */
const asideMs = 200;

/** The progress of one run. */
export class Loading implements LoadingControl {
  #now: (LoadingOptions & { itemsCompleted: number }) | undefined;
  readonly #send: (change: LoadingChanged) => Promise<void>;

  constructor(send: (change: LoadingChanged) => Promise<void>) {
    this.#send = send;
  }

  readonly start = (options?: string | LoadingOptions): Promise<void> => {
    return this.#show({ ...readOptions(options), itemsCompleted: 0 });
  };

  readonly update = (options: string | LoadingOptions): Promise<void> => {
    return this.#show({ itemsCompleted: 0, ...this.#now, ...readOptions(options) });
  };

  readonly completeOne = (): Promise<void> => {
    if (!this.#now) return Promise.resolve();
    return this.#show({ ...this.#now, itemsCompleted: this.#now.itemsCompleted + 1 });
  };

  /** A call has taken its place on the screen. */
  clear(): void {
    this.#now = undefined;
  }

  /** Says it again, where the operator may see something older. */
  again(isShown: boolean): void {
    if (this.#now || isShown) void this.#tell(this.#now);
  }

  /** Progress of the SDK's own. What is over at once is not told at all. */
  aside(): Aside {
    let told = performance.now();
    let isShown = false;
    return {
      show: (label, itemsCompleted, itemsInQueue) => {
        const now = performance.now();
        if (now - told < asideMs) return;
        told = now;
        isShown = true;
        void this.#tell({ label, itemsCompleted, itemsInQueue });
      },
      end: () => {
        if (isShown) void this.#tell(this.#now);
      },
    };
  }

  #show(now: LoadingOptions & { itemsCompleted: number }): Promise<void> {
    this.#now = now;
    return this.#tell(now);
  }

  #tell(now: (LoadingOptions & { itemsCompleted: number }) | undefined): Promise<void> {
    if (!now) return this.#send(create(LoadingChangedSchema));
    const { label, description, itemsInQueue, itemsCompleted } = now;
    const loading = {
      label,
      description,
      itemsInQueue: itemsInQueue === undefined ? undefined : BigInt(itemsInQueue),
      itemsCompleted: BigInt(itemsCompleted),
    };
    return this.#send(create(LoadingChangedSchema, { loading }));
  }
}

/** What is of no use is left out: progress must not fail a run. */
function readOptions(options: unknown): LoadingOptions {
  if (typeof options === "string") return { label: shorten(options, limits.inlineText) };
  if (!isRecord(options)) return {};
  const { label, description, itemsInQueue } = options;
  return {
    ...(typeof label === "string" && { label: shorten(label, limits.inlineText) }),
    ...(typeof description === "string" && { description: shorten(description, limits.inlineText) }),
    ...(typeof itemsInQueue === "number" &&
      Number.isFinite(itemsInQueue) && {
        itemsInQueue: Math.min(Math.max(0, Math.floor(itemsInQueue)), Number.MAX_SAFE_INTEGER),
      }),
  };
}
