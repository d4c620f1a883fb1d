import type { Run } from "@interval/proto";
import { inject } from "vue";
import type { Place } from "../lib/links.ts";
import { lastUsed, noteUse, readUses, type Use } from "../lib/recent.ts";
import { sessionKey } from "./useSession.ts";

/** The actions that the person has run last in an environment, kept in this browser. Storage that is full or shut off is no fault. */
export function useRecent(place: Place) {
  const session = inject(sessionKey, undefined);
  const key = () => `interval:recent:${session?.user.value?.id ?? ""}:${place.organization}/${place.environment}`;

  function stored(): Use[] {
    try {
      return readUses(localStorage.getItem(key()) ?? "[]");
    } catch {
      return [];
    }
  }

  return {
    /** Notes that an action is run. */
    note(path: string): void {
      const uses = noteUse(stored(), path, Date.now());
      try {
        localStorage.setItem(key(), JSON.stringify(uses));
      } catch {
        // The person's runs on the server tell it too.
      }
    },
    /** Their paths, the last one first; the person's own runs tell of other browsers. */
    paths: (runs: readonly Run[] = []) => lastUsed(stored(), runs),
  };
}
