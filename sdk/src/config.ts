import type { Action } from "./action.ts";
import { HostMisuseError } from "./errors.ts";
import { isRecord, show } from "./io/props.ts";
import type { LogLevel } from "./logger.ts";
import type { Page, Routes } from "./page.ts";
import type { ActionCtx } from "./run/context.ts";
import type { ErrorOrigin } from "./run/report.ts";

/** What `onError` is told. */
export interface ErrorReport extends Pick<ActionCtx, "params" | "environment" | "user" | "organization"> {
  /** What was thrown, itself: most often an Error, but a program may throw anything. */
  error: unknown;
  /** Where it was thrown. An error of the "handler" has ended its run; with any other the run goes on. */
  origin: ErrorOrigin;
  /** The path of the action or page. */
  route: string;
  routeDefinition: Action | Page;
  /** The run; there is none where a page is looked at. */
  run?: ActionCtx["run"];
}

/** What a host is made of. */
export interface IntervalConfig {
  /** What the program is called in the dashboard and in logs; by default the name in the nearest package.json. At most 100 characters. */
  name?: string;
  /** The server, such as "https://interval.example.com"; by default `INTERVAL_ENDPOINT`, else http://localhost:3000. */
  endpoint?: string;
  /** An API key of the environment; by default `INTERVAL_API_KEY`. */
  apiKey?: string;
  /** Actions and pages by slug. */
  routes?: Routes;
  /** The absolute path of a directory of routes. */
  routesDirectory?: string;
  /** How much is printed; "info" by default. */
  logLevel?: LogLevel;
  /**
   * Told of every error of the program: what ends a run or is shown on a page, and what is thrown by validators, by `getData` and `onSearch`, by values that come
   * later, and in promises that nobody awaits. That a run was canceled is no error. What it throws itself is logged.
   */
  onError?: (report: ErrorReport) => unknown;
}

const known = {
  name: true,
  endpoint: true,
  apiKey: true,
  routes: true,
  routesDirectory: true,
  logLevel: true,
  onError: true,
} satisfies Record<keyof IntervalConfig, true>;

const defaultEndpoint = "http://localhost:3000";

/** The options that this SDK does not know: they are named in a warning, and do no harm. */
export function unknownOptions(config: object): string[] {
  return Object.keys(config).filter((name) => !Object.hasOwn(known, name));
}

/**
 * The name that a program gives itself.
 * @throws {HostMisuseError} for one that is no text
 */
export function readName({ name }: IntervalConfig): string | undefined {
  if (name === undefined || (typeof name === "string" && name.trim() !== "")) return name?.trim();
  throw new HostMisuseError(`"name" must be a text that is not empty, but it is ${show(name)}.`);
}

/** The level to print at. `"prod"` is the older spelling of `"info"`. */
export function readLogLevel(config: unknown): LogLevel {
  const level = isRecord(config) ? config.logLevel : undefined;
  return level === "quiet" || level === "debug" ? level : "info";
}

/**
 * Where to connect and with which key.
 * @throws {HostMisuseError} for an endpoint that is none, and without a key
 */
export function readAccess(config: IntervalConfig, env: NodeJS.ProcessEnv): { baseUrl: string; apiKey: string } {
  const endpoint = config.endpoint ?? env.INTERVAL_ENDPOINT ?? defaultEndpoint;
  const apiKey = config.apiKey ?? env.INTERVAL_API_KEY;
  if (typeof apiKey !== "string" || apiKey.trim() === "") {
    throw new HostMisuseError(
      'There is no API key. Set INTERVAL_API_KEY, or "apiKey" in new Interval({ ... }). ' +
        "A key is made by: interval key create --environment development",
    );
  }
  return { baseUrl: readEndpoint(endpoint), apiKey: apiKey.trim() };
}

/**
 * The server's address, whatever its spelling: `http(s)` or `ws(s)`, with or without `/websocket`.
 *
 * @example readEndpoint("wss://interval.example.com/websocket") // "https://interval.example.com"
 * @throws {HostMisuseError} for what is not such an address
 */
export function readEndpoint(endpoint: unknown): string {
  const match = typeof endpoint === "string" ? /^(http|ws)(s?):\/\/(.+)$/i.exec(endpoint.trim()) : null;
  const url = match ? `http${match[2] ?? ""}://${match[3] ?? ""}`.toLowerCase().startsWith("https") : undefined;
  const address = match ? `${url ? "https" : "http"}://${match[3] ?? ""}` : "";
  if (!URL.canParse(address)) {
    throw new HostMisuseError(
      `"endpoint" must be an address such as "https://interval.example.com" or "${defaultEndpoint}", but it is ${show(endpoint)}.`,
    );
  }
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname.replace(/\/+$/, "").replace(/\/websocket$/, "")}`;
}
