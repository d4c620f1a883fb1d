import { limits } from "@interval/proto";
import type { AttachedHost } from "./attached-host.ts";

/** Routes that two different programs offer: the newer one serves them. */
export interface Clash {
  older: AttachedHost;
  newer: AttachedHost;
  paths: string[];
}

/** The hosts that offer each path, oldest first. */
export function offering(hosts: readonly AttachedHost[]): Map<string, AttachedHost[]> {
  const found = new Map<string, AttachedHost[]>();
  for (const host of hosts) {
    for (const { path } of host.catalog?.routes ?? []) {
      const others = found.get(path);
      if (others) others.push(host);
      else found.set(path, [host]);
    }
  }
  return found;
}

/** Of the hosts that offer a path, oldest first, those that serve it: the newest one, and those of the same program. */
export function servingOf(able: readonly AttachedHost[]): AttachedHost[] {
  const digest = able.at(-1)?.catalog?.digest;
  return able.filter((host) => host.catalog?.digest === digest);
}

/**
 * The clashes between hosts. Hosts of one process have none: there the newer replaces the older by itself.
 * @param hosts oldest first
 */
export function findClashes(hosts: readonly AttachedHost[]): Clash[] {
  const clashes = new Map<string, Clash>();
  for (const [path, able] of offering(hosts)) {
    const newer = able.at(-1);
    for (const older of able) {
      if (!newer || older.catalog?.digest === newer.catalog?.digest || areOneProcess(older, newer)) continue;
      const key = pairOf({ older, newer });
      const known = clashes.get(key);
      if (known) known.paths.push(path);
      else clashes.set(key, { older, newer, paths: [path] });
    }
  }
  return [...clashes.values()];
}

function areOneProcess({ program: a }: AttachedHost, { program: b }: AttachedHost): boolean {
  return a.pid !== 0 && a.pid === b.pid && a.hostname === b.hostname && a.directory === b.directory;
}

function pairOf({ older, newer }: Pick<Clash, "older" | "newer">): string {
  return `${older.instanceId} ${newer.instanceId}`;
}

/** Tells both hosts of each clash, once for as long as it stands. */
export class ClashNotices {
  /** What was told, by the pair of processes. */
  #told = new Map<string, string>();
  readonly #onClash: (clash: Clash) => void;

  /** @param onClash told of each clash that the hosts are told of */
  constructor(onClash: (clash: Clash) => void) {
    this.#onClash = onClash;
  }

  tell(clashes: readonly Clash[]): void {
    const told = new Map<string, string>();
    for (const clash of clashes) {
      const key = pairOf(clash);
      const paths = clash.paths.join("\n");
      told.set(key, paths);
      if (this.#told.get(key) === paths) continue;
      const { older, newer } = clash;
      older.send(
        notice(`${described(clash, newer)} That program attached later, so it serves them and this one does not.`),
      );
      newer.send(
        notice(`${described(clash, older)} This program attached later, so it serves them and the other one does not.`),
      );
      this.#onClash(clash);
    }
    this.#told = told;
  }
}

function notice(text: string) {
  const advice = "Give one of them other slugs, or stop it. Runs that are open go on where they are.";
  return { body: { case: "notice", value: { text: `${text} ${advice}` } } } as const;
}

function described({ paths }: Clash, other: AttachedHost): string {
  const { name, hostname, pid, directory } = other.program;
  const where = [
    hostname && `on ${hostname}`,
    pid > 0 && `process ${pid}`,
    directory && `in ${directory}`,
    `host ${other.id}`,
  ].filter(Boolean);
  const files = other.catalog?.files ?? {};
  const shown = paths.slice(0, limits.clashPaths).map((path) => {
    const file = files[path];
    return `"${shorten(path)}"${file ? ` (${shorten(file)})` : ""}`;
  });
  const more = paths.length - shown.length;
  const what = `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `Two programs offer ${what}. The other one is ${name ? `"${name}"` : "a program without a name"} (${where.join(", ")}).`;
}

/** How much of a path or a file a notice shows, in characters. */
const shownLength = 200;

function shorten(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength).toWellFormed()}…` : text;
}
