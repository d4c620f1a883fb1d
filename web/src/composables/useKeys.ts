import { ConnectError } from "@connectrpc/connect";
import { type ApiKey, limits } from "@interval/proto";
import { shallowRef, watch } from "vue";
import type { Place } from "../lib/links.ts";
import { useApi } from "../transport.ts";

/** The keys of the person's own development environment; undefined until they are there. */
export function useKeys(place: Place) {
  const api = useApi();
  const keys = shallowRef<ApiKey[]>();
  const error = shallowRef<ConnectError>();
  const revokeError = shallowRef<ConnectError>();

  async function load(): Promise<void> {
    const { organization, environment } = place;
    try {
      keys.value = (await api.keys.listKeys({ organization, environment, pageSize: limits.personalKeys })).keys;
      error.value = undefined;
    } catch (cause) {
      error.value = ConnectError.from(cause);
    }
  }

  async function revoke(keyId: string): Promise<void> {
    revokeError.value = undefined;
    try {
      await api.keys.revokeKey({ keyId });
      keys.value = keys.value?.filter(({ id }) => id !== keyId);
    } catch (cause) {
      revokeError.value = ConnectError.from(cause);
    }
  }

  watch(() => [place.organization, place.environment], load, { immediate: true });
  return { keys, error, revokeError, load, revoke };
}
