import { create, toBinary } from "@bufbuild/protobuf";
import { type Duration, durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type HostsTopic, limits, type OnlineHost, OnlineHostSchema } from "@interval/proto";
import { assertManages, findPlace, scopeKey } from "../../access/place.ts";
import type { AttachedHost } from "../../hosts/attached-host.ts";
import type { Clash } from "../../hosts/clashes.ts";
import { inListUpdates } from "./list-updates.ts";
import type { FindTopic } from "./topic.ts";

/** Changes that come closer together than this, in milliseconds, are told at once: a run that starts and ends is two of them. */
const togetherMs = 100;

/** An environment's hosts: all of them at first and whenever something about them changes, and every few seconds how long each has been silent. */
export const findHosts: FindTopic<HostsTopic> = async (caller, topic, { hosts, runs, people, timing }) => {
  const place = await findPlace(caller, topic, people);
  assertManages(place);
  const { scope } = place;
  return (subscription) => {
    let soon: NodeJS.Timeout | undefined;
    const tellAll = () => {
      soon = undefined;
      const clashes = hosts.clashes(scope);
      const all = hosts.of(scope).map((host) => onlineHost(host, runs.link.openRuns(host), clashes));
      const updates = inListUpdates(all, sizeOf, (hosts, part) => ({
        case: "hosts" as const,
        value: { kind: { case: "all" as const, value: { hosts, ...part } } },
      }));
      subscription.send(...updates);
    };
    const changed = () => {
      soon ??= setTimeout(tellAll, togetherMs);
    };
    const tellHeard = () => {
      const silence = Object.fromEntries(hosts.of(scope).map((host) => [host.id, silenceOf(host)]));
      subscription.send({ case: "hosts", value: { kind: { case: "heard", value: { silence } } } });
    };
    const heard = setInterval(tellHeard, timing.heartbeatIntervalMs);
    subscription.onEnd(() => {
      clearTimeout(soon);
      clearInterval(heard);
    });
    for (const feed of [hosts.changes, runs.lists]) subscription.onEnd(feed.listen(scopeKey(scope), changed));
    tellAll();
  };
};

const sizeOf = (host: OnlineHost) => toBinary(OnlineHostSchema, host).length;

function onlineHost(host: AttachedHost, openRunCount: number, clashes: readonly Clash[]): OnlineHost {
  const { id, instanceId, sdk, program, transport, draining, routeFaults } = host;
  return create(OnlineHostSchema, {
    ...sdk,
    ...program,
    id,
    instanceId,
    attachTime: timestampFromMs(host.attachedAt),
    silence: silenceOf(host),
    transport,
    routeCount: host.catalog?.routes.length ?? 0,
    openRunCount,
    draining,
    routeFaults,
    clashes: clashes.flatMap((clash) => clashOf(host, clash)),
  });
}

/** A clash as one of its hosts has it; none for any other host. */
function clashOf(host: AttachedHost, { older, newer, paths }: Clash) {
  if (host !== older && host !== newer) return [];
  const serves = host === newer;
  const { id: hostId } = serves ? older : newer;
  const shown = paths.slice(0, limits.clashPaths);
  const known = host.catalog?.files ?? {};
  const files = Object.fromEntries(shown.flatMap((path) => (known[path] ? [[path, known[path]]] : [])));
  return [{ hostId, serves, paths: shown, pathCount: paths.length, files }];
}

function silenceOf({ heardAt }: AttachedHost): Duration {
  return durationFromMs(Math.max(0, Math.round(performance.now() - heardAt)));
}
