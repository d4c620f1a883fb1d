import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";
import type { OnlineHost } from "@interval/proto";
import { shallowRef } from "vue";
import type { Place } from "../lib/links.ts";
import { ListParts } from "../lib/list-parts.ts";
import { useTopic } from "./useWatch.ts";

/** A host, and when it was last heard by this browser's clock. */
export interface LiveHost {
  host: OnlineHost;
  heardAt: number;
}

/** The hosts of an environment, live; undefined until they are there. The getter names none where they may not be seen. */
export function useHosts(place: () => Place | undefined) {
  const hosts = shallowRef<LiveHost[]>();
  const error = shallowRef<ConnectError>();
  const parts = new ListParts<OnlineHost>();
  const before = (silence: Parameters<typeof durationMs>[0] | undefined) =>
    Date.now() - (silence ? durationMs(silence) : 0);
  useTopic(
    () => {
      hosts.value = undefined;
      error.value = undefined;
      const wanted = place();
      if (!wanted) return undefined;
      const { organization, environment } = wanted;
      return { case: "hosts", value: { $typeName: "interval.operator.v1.HostsTopic", organization, environment } };
    },
    {
      updates(updates) {
        for (const update of updates) {
          if (update.case !== "hosts") continue;
          const { kind } = update.value;
          if (kind.case === "all") {
            const all = parts.take(kind.value.hosts, kind.value);
            hosts.value = all?.map((host) => ({ host, heardAt: before(host.silence) })) ?? hosts.value;
          } else if (kind.case === "heard") {
            const { silence } = kind.value;
            hosts.value = hosts.value?.map(({ host, heardAt }) => ({
              host,
              heardAt: silence[host.id] ? before(silence[host.id]) : heardAt,
            }));
          }
        }
      },
      failed: (cause) => (error.value = cause),
    },
  );
  return { hosts, error };
}
