import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type HostsUpdateSchema, limits, OnlineHostSchema } from "@interval/proto";
import type { Scope } from "../../store/store.ts";
import { scopeKey } from "../access/place.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { Clash } from "../hosts/clashes.ts";
import type { Hosts } from "../hosts/hosts.ts";
import type { Runs } from "../runs/runs.ts";

type Kind = MessageInitShape<typeof HostsUpdateSchema>["kind"];

/** Changes that come closer together than this, in milliseconds, are told at once: a run that starts and ends is two of them. */
const togetherMs = 100;

/**
 * Tells of a scope's hosts: all of them at first and whenever something about them changes, and every few seconds how long each has been silent.
 *
 * @returns ends it
 */
export function watchHosts(
  { hosts, runs, everyMs }: { hosts: Hosts; runs: Pick<Runs, "lists" | "link">; everyMs: number },
  scope: Scope,
  tell: (kind: Kind) => void,
): () => void {
  let soon: NodeJS.Timeout | undefined;
  const tellAll = () => {
    soon = undefined;
    tell({
      case: "all",
      value: { hosts: hosts.of(scope).map((host) => onlineHost(host, runs.link.openRuns(host), hosts.clashes(scope))) },
    });
  };
  const changed = () => {
    soon ??= setTimeout(tellAll, togetherMs);
  };
  const tellHeard = () => {
    const silence = Object.fromEntries(hosts.of(scope).map((host) => [host.id, silenceOf(host)]));
    tell({ case: "heard", value: { silence } });
  };
  const heard = setInterval(tellHeard, everyMs);
  const ends = [hosts.changes.listen(scopeKey(scope), changed), runs.lists.listen(scopeKey(scope), changed)];
  tellAll();
  return () => {
    clearTimeout(soon);
    clearInterval(heard);
    for (const end of ends) end();
  };
}

function onlineHost(host: AttachedHost, openRunCount: number, clashes: readonly Clash[]) {
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
