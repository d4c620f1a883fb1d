import type { DescMethod } from "@bufbuild/protobuf";
import {
  ActionService,
  ActionSettingsService,
  FileService,
  HostService,
  KeyService,
  PageService,
  RunService,
  SessionService,
  WatchService,
} from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";

/** What a caller must be, before anything is looked up. What belongs to others is NOT_FOUND further down. */
export type Need =
  /** A person who is signed in, or a program with a key of its own. */
  | "operator"
  /** A person who is signed in: what no program may do with a key. */
  | "person"
  /** A host's process, with a host's key. */
  | "host"
  /** Who has to do with assets: each of the others, as far as the asset is theirs. */
  | "anybody known";

/** Every RPC and what it needs. One that is missing here is refused, and fails the test that walks them. */
export const rpcAccess = new Map<DescMethod, Need>([
  [HostService.method.attach, "host"],
  [HostService.method.receive, "host"],
  [HostService.method.send, "host"],
  [SessionService.method.getSession, "operator"],
  [SessionService.method.updateProfile, "person"],
  [ActionService.method.listActions, "operator"],
  [ActionService.method.getAction, "operator"],
  [RunService.method.startRun, "operator"],
  [RunService.method.getRun, "operator"],
  [RunService.method.listRuns, "operator"],
  [RunService.method.getRunFacets, "operator"],
  [RunService.method.answerCall, "operator"],
  [RunService.method.takeOver, "operator"],
  [RunService.method.decideHandover, "operator"],
  [RunService.method.cancelRun, "operator"],
  [RunService.method.fetch, "operator"],
  [RunService.method.listEvents, "operator"],
  [RunService.method.listLogs, "operator"],
  [RunService.method.getLogLine, "operator"],
  [PageService.method.fetchPart, "operator"],
  [PageService.method.refreshPage, "operator"],
  [FileService.method.beginUpload, "anybody known"],
  [FileService.method.createDownloadUrl, "anybody known"],
  [KeyService.method.createKey, "person"],
  [KeyService.method.listKeys, "person"],
  [KeyService.method.revokeKey, "person"],
  [ActionSettingsService.method.listActionSettings, "person"],
  [ActionSettingsService.method.getActionSettings, "person"],
  [ActionSettingsService.method.updateActionSettings, "person"],
  [WatchService.method.watch, "operator"],
  [WatchService.method.subscribe, "operator"],
  [WatchService.method.unsubscribe, "operator"],
]);

/** What of the identity library answers, and it answers everybody. The library has more, which nobody reaches until it is entered here. */
const authRoutes = new Set(["/api/auth/sign-in/link", "/api/auth/sign-in/email", "/api/auth/sign-out"]);

/**
 * What serves an address: RPCs by the table above, assets and the relay by the one below, signing in and health to everybody, and the
 * SDK and the dashboard's files, which hold no data.
 */
export type HttpRoute = "rpc" | "asset" | "relay" | "auth" | "health" | "sdk" | "page";

/** What may be done to an asset's address, and who may. */
export type AssetNeed =
  /** Who may see its run, or has a signed address. */
  | "reader"
  /** Who announced it. */
  | "uploader"
  /** Either; who uploads is told how much has arrived. */
  | "reader or uploader";

/** Every method of `/assets/{id}` and what it needs. One that is missing here is refused. */
export const assetAccess: ReadonlyMap<string, AssetNeed> = new Map([
  ["GET", "reader"],
  ["HEAD", "reader or uploader"],
  ["PUT", "uploader"],
  ["PATCH", "uploader"],
]);

export function httpAccess(path: string): HttpRoute {
  if (/^\/assets\/asset_[0-9a-f]+$/.test(path)) return "asset";
  if (path === "/assets/relay") return "relay";
  if (/^\/interval\.[\w.]+\/\w*$/.test(path)) return "rpc";
  if (authRoutes.has(path)) return "auth";
  if (path.startsWith("/health/")) return "health";
  if (path === "/sdk.tgz") return "sdk";
  return "page";
}

/** Whether a caller is what an RPC needs. */
export function meets(caller: Caller, need: Need | undefined): boolean {
  switch (need) {
    case undefined:
      return false;
    case "operator":
      return caller.kind === "person" || caller.kind === "program";
    case "person":
      return caller.kind === "person";
    case "host":
      return caller.kind === "host";
    case "anybody known":
      return caller.kind !== "stranger";
    default:
      return need satisfies never;
  }
}
