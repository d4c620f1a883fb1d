import type { DescMethod } from "@bufbuild/protobuf";
import { ActionService, HostService, RunService, SessionService, WatchService } from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";

/** What a caller must be, before anything is looked up. What belongs to others is NOT_FOUND further down. */
export type Need =
  /** A person who is signed in, or a program with a key. */
  | "operator"
  /** A host's process, with a key. */
  | "host";

/** Every RPC and what it needs. One that is missing here is refused, and fails the test that walks them. */
export const rpcAccess = new Map<DescMethod, Need>([
  [HostService.method.attach, "host"],
  [SessionService.method.getSession, "operator"],
  [ActionService.method.listActions, "operator"],
  [ActionService.method.getAction, "operator"],
  [RunService.method.startRun, "operator"],
  [RunService.method.getRun, "operator"],
  [RunService.method.listRuns, "operator"],
  [RunService.method.answerCall, "operator"],
  [RunService.method.cancelRun, "operator"],
  [RunService.method.fetch, "operator"],
  [RunService.method.listLogs, "operator"],
  [WatchService.method.watch, "operator"],
  [WatchService.method.subscribe, "operator"],
  [WatchService.method.unsubscribe, "operator"],
]);

/** What of the identity library answers, and it answers everybody. The library has more, which nobody reaches until it is entered here. */
const authRoutes = new Set(["/api/auth/sign-in/link", "/api/auth/sign-in/email", "/api/auth/sign-out"]);

/** What serves an address: RPCs by the table above, signing in and health to everybody, and the dashboard's files, which hold no data. */
export type HttpRoute = "rpc" | "auth" | "health" | "page";

export function httpAccess(path: string): HttpRoute {
  if (/^\/interval\.[\w.]+\/\w*$/.test(path)) return "rpc";
  if (authRoutes.has(path)) return "auth";
  if (path.startsWith("/health/")) return "health";
  return "page";
}

/** Whether a caller is what an RPC needs. */
export function meets(caller: Caller, need: Need | undefined): boolean {
  switch (need) {
    case undefined:
      return false;
    case "operator":
      return caller.kind !== "stranger";
    case "host":
      return caller.kind === "key";
    default:
      return need satisfies never;
  }
}
