import type { IoFetch, IoPage, RunState, UploadedFile } from "@interval/proto";
import { type InjectionKey, inject } from "vue";
import type { ReadAsset } from "../../lib/assets.ts";
import type { Place, Target } from "../../lib/links.ts";

/** The component that asks for a file. */
interface UploadTarget {
  callKey: string;
  componentKey: string;
  /** Whether its program keeps files in storage of its own. */
  ownStorage: boolean;
}

export interface Uploading {
  /** Names this upload over all attempts. */
  requestId: string;
  /** Told how many bytes have arrived or are on their way. */
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

/** What components ask of the screen that they are on. */
export interface IoContext {
  /** Where links between routes start from. */
  place: Place;
  /** Asks the host of a call's component for a page. */
  fetch(callKey: string, componentKey: string, fetch: IoFetch, signal: AbortSignal): Promise<IoPage>;
  /**
   * Puts a file where a component wants it. Called again with the same request id, it goes on where the last one stopped.
   *
   * @returns what an answer names it by
   */
  upload(target: UploadTarget, file: File, options: Uploading): Promise<Pick<UploadedFile, "assetId" | "downloadUrl">>;
  /** Reads what was too large for a message. */
  readAsset: ReadAsset;
  /** Whether what a run shows may still be asked for more; without it, it may. */
  isLive?(): boolean;
  /** The run that this one starts again, once it is loaded: its answers are what the calls of this one begin with. */
  before?(): RunState | undefined;
  /** How often what is on screen was read again; without it, it never is. */
  refreshes?(): number;
  /** Goes where a link leads: starts an action, or opens a page. */
  follow(target: Extract<Target, { kind: "route" }>): void;
}

export const ioContextKey: InjectionKey<IoContext> = Symbol("io context");
export const callKeyKey: InjectionKey<() => string> = Symbol("call key");

export function useIoContext(): IoContext {
  const context = inject(ioContextKey);
  if (!context) throw new Error("I/O components live on a screen that provides ioContextKey.");
  return context;
}
