import type { Link, Value } from "@interval/proto";
import { encodeParams } from "./params.ts";

/** Where the dashboard is: an organization and one of its environments. */
export interface Place {
  organization: string;
  environment: string;
}

/** The address of an environment's home. */
export function homePath({ organization, environment }: Place): string {
  return `/${encodeURIComponent(organization)}/${encodeURIComponent(environment)}`;
}

/** The address of a screen of an environment's settings, or of one action's. */
export function settingsPath(place: Place, screen: "setup" | "keys" | "hosts" | "actions", path = ""): string {
  const slugs = path.split("/").map(encodeURIComponent).join("/");
  return `${homePath(place)}/settings/${screen}${path ? `/${slugs}` : ""}`;
}

/** The screens that every environment has. */
const everywhere = ["/history", "/queue", "/settings"];

/** The same screen at another place, where every environment has it; else that place's home. */
export function samePath(path: string, from: Place, to: Place): string {
  const rest = path.startsWith(homePath(from)) ? path.slice(homePath(from).length) : "";
  const stays = everywhere.some((screen) => rest === screen || rest.startsWith(`${screen}/`));
  return homePath(to) + (stays ? rest : "");
}

/** The address of a run. */
export function runPath(place: Place, runId: string): string {
  return `${homePath(place)}/runs/${encodeURIComponent(runId)}`;
}

/** The address of a run's transcript. */
export function transcriptPath(place: Place, runId: string): string {
  return `${runPath(place, runId)}/transcript`;
}

/** The address of an action or page, with its parameters. */
export function actionPath(place: Place, path: string, params: Record<string, Value> = {}): string {
  const query = new URLSearchParams(encodeParams(params)).toString();
  const slugs = path.split("/").map(encodeURIComponent).join("/");
  return `${homePath(place)}/actions/${slugs}${query ? `?${query}` : ""}`;
}

/** Where a link leads, or nothing for a target that must not be followed. */
export type Target =
  | { kind: "external"; href: string; download?: string }
  | { kind: "route"; href: string; path: string; params: Record<string, Value> };

const safeSchemes = new Set(["http:", "https:", "mailto:"]);

/** Reads a program's link. Only http, https and mailto are ever followed. */
export function linkTarget(link: Link | undefined, place: Place): Target | undefined {
  switch (link?.target.case) {
    case "route": {
      const { path, params } = link.target.value;
      return { kind: "route", href: actionPath(place, path, params), path, params };
    }
    case "url": {
      const href = safeUrl(link.target.value);
      return href ? { kind: "external", href, download: link.download } : undefined;
    }
    default:
      return undefined;
  }
}

/** What a program's link leads to, as a text. */
export function linkText(link: Link | undefined): string {
  const target = link?.target;
  return target?.case === "route" ? target.value.path : (target?.value ?? "");
}

/** The address when its scheme is http, https or mailto. */
export function safeUrl(text: string): string | undefined {
  const url = URL.parse(text, globalThis.location?.href);
  return url && safeSchemes.has(url.protocol) ? url.href : undefined;
}

/** The path to return to after signing in: one of this origin, else the start. */
export function returnPath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/")) return "/";
  const url = URL.parse(text, globalThis.location.origin);
  if (url?.origin !== globalThis.location.origin || url.pathname === "/sign-in") return "/";
  return url.pathname + url.search + url.hash;
}
