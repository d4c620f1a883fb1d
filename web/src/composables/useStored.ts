import { onScopeDispose, shallowRef, watch } from "vue";
import { useIoContext } from "../components/io/context.ts";

/** How the bytes of one asset stand: on their way, there, or not to be had. */
export type Loading = { bytes?: Uint8Array; failure?: string };

/**
 * Loads what was too large for a message, by the ids of its assets: each once, for as long as its screen lives.
 *
 * @param ids what is needed now; what was needed before is kept
 */
export function useStored(ids: () => readonly string[]) {
  const { readAsset } = useIoContext();
  const ended = new AbortController();
  const loads = shallowRef<ReadonlyMap<string, Loading>>(new Map());

  function note(id: string, loading: Loading): void {
    loads.value = new Map(loads.value).set(id, loading);
  }

  async function load(id: string): Promise<void> {
    note(id, {});
    try {
      note(id, { bytes: await readAsset(id, ended.signal) });
    } catch (cause) {
      if (!ended.signal.aborted) note(id, { failure: cause instanceof Error ? cause.message : String(cause) });
    }
  }

  watch(
    ids,
    (needed) => {
      for (const id of needed) if (!loads.value.has(id)) void load(id);
    },
    { immediate: true },
  );
  onScopeDispose(() => ended.abort());

  return {
    loads,
    /** Loads again what could not be loaded. */
    retry: (id: string) => void load(id),
  };
}
