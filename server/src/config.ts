import { resolve } from "node:path";
import { limits } from "@interval/proto";
import { proxyFault } from "./http/trusted-proxies.ts";

/** What a server is started with. */
export interface Config {
  /** The port to listen on; 0 takes a free one. */
  port: number;
  /** The address to listen on. */
  host: string;
  /** Where people and hosts find the server; unset means `http://localhost:<port>`. */
  publicUrl: string | undefined;
  /** The directory that holds everything that the server keeps. */
  dataDir: string;
  /** The built dashboard. */
  dashboardDir: string;
  /** The packed SDK. */
  sdkFile: string;
  logLevel: LogLevel;
  /** Where the bytes of assets lie: in the data directory, or in a bucket. */
  bucket: Bucket | undefined;
  /** Origins that the browser may put files to itself, for programs with storage of their own. */
  uploadOrigins: string[];
  /** Lets the server put files to plain http and private networks for programs with storage of their own. */
  insecureUploads: boolean;
  /** Addresses and networks of proxies that say where a request really comes from. */
  trustedProxies: string[];
  /** How many connections the port takes: of one address that is no proxy's, and in all. */
  connections: { each: number; all: number };
  /** How long ended runs are kept, in milliseconds. */
  runRetentionMs: number;
  /** How long routes stay listed after their last host has left, in milliseconds. */
  departedRouteMs: number;
  /** Hosts of one environment. */
  maxHosts: number;
  uploads: UploadQuotas;
  logs: LogLimits;
  /** Spans in milliseconds; tests make them short. */
  timing: Timing;
}

type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** A bucket of a server that speaks S3. */
interface Bucket {
  bucket: string;
  /** The server's address; unset means Amazon's. */
  endpoint: string | undefined;
  region: string;
}

/** How many files, and how many bytes of them, somebody or something may have. */
export interface Quota {
  files: number;
  bytes: number;
}

/** Quotas of uploads. */
export interface UploadQuotas {
  run: Quota;
  person: Quota;
  organization: Quota;
}

/** How much a run may log. */
export interface LogLimits {
  /** Bytes in all. */
  runBytes: number;
  /** Bytes per second, in the long run. */
  bytesPerSecond: number;
  /** Bytes at once. */
  burstBytes: number;
}

/** Spans in milliseconds, as in `limits`. */
export interface Timing {
  heartbeatIntervalMs: number;
  heartbeatTimeoutMs: number;
  hostGraceMs: number;
  hostGoneMs: number;
  takeOverMs: number;
  handoverMs: number;
  driverAwayMs: number;
  cancelCleanUpMs: number;
  abandonedRunMs: number;
  fetchMs: number;
  cleanUpMs: number;
  messageMs: number;
}

/** Settings that cannot be used. The message says which one, and what to write instead. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const logLevels: readonly LogLevel[] = ["silent", "error", "warn", "info", "debug"];

/**
 * The configuration that environment variables describe.
 *
 * @param built what was built beside the server
 * @throws {ConfigError} naming the variable at fault
 */
export function resolveConfig(
  env: Record<string, string | undefined>,
  built: Pick<Config, "dashboardDir" | "sdkFile">,
): Config {
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigError(`PORT is "${env.PORT}"; it must be a whole number from 0 to 65535.`);
  }
  const logLevel = logLevels.find((level) => level === (env.INTERVAL_LOG || "warn"));
  if (!logLevel) {
    throw new ConfigError(`INTERVAL_LOG is "${env.INTERVAL_LOG}"; it must be one of ${logLevels.join(", ")}.`);
  }
  const publicUrl = env.INTERVAL_URL?.replace(/\/+$/, "");
  if (publicUrl && !isOrigin(publicUrl)) {
    throw new ConfigError(
      `INTERVAL_URL is "${publicUrl}"; it must be http:// or https:// and a host, such as https://tools.example.com.`,
    );
  }
  return {
    port,
    host: env.INTERVAL_HOST || "localhost",
    publicUrl: publicUrl || undefined,
    dataDir: resolve(env.INTERVAL_DATA_DIR || ".interval"),
    ...built,
    logLevel,
    bucket: readBucket(env),
    uploadOrigins: readOrigins(env.UPLOAD_ORIGINS ?? ""),
    insecureUploads: env.INSECURE_UPLOADS === "1",
    trustedProxies: readProxies(env.TRUSTED_PROXIES ?? ""),
    connections: {
      each: readCount(env, "MAX_CONNECTIONS_PER_ADDRESS") ?? limits.http.connections.each,
      all: readCount(env, "MAX_CONNECTIONS") ?? limits.http.connections.all,
    },
    runRetentionMs: readSpan(env, "RUN_RETENTION_DAYS", days) ?? limits.runRetentionMs,
    departedRouteMs: readSpan(env, "DEPARTED_ROUTE_DAYS", days) ?? limits.departedRouteMs,
    maxHosts: readCount(env, "MAX_HOSTS") ?? limits.hostsPerEnvironment,
    uploads: {
      run: readQuota(env, "RUN", limits.runUploads),
      person: readQuota(env, "PERSON", limits.personUploads),
      organization: readQuota(env, "ORGANIZATION", limits.organizationUploads),
    },
    logs: {
      runBytes: readBytes(env, "LOG_QUOTA_RUN") ?? limits.logs.runBytes,
      bytesPerSecond: readBytes(env, "LOG_RATE_RUN") ?? limits.logs.bytesPerSecond,
      burstBytes: readBytes(env, "LOG_BURST_RUN") ?? limits.logs.burstBytes,
    },
    timing: {
      ...usualTiming,
      abandonedRunMs: readSpan(env, "ABANDONED_RUN_MINUTES", minutes) ?? limits.abandonedRunMs,
      hostGraceMs: readSpan(env, "HOST_GRACE_MINUTES", minutes) ?? limits.hostGraceMs,
      hostGoneMs: readSpan(env, "HOST_GONE_SECONDS", seconds) ?? limits.hostGoneMs,
      ...readTiming(env.INTERVAL_TIMING ?? ""),
    },
  };
}

const usualTiming: Timing = {
  heartbeatIntervalMs: limits.heartbeatIntervalMs,
  heartbeatTimeoutMs: limits.heartbeatTimeoutMs,
  hostGraceMs: limits.hostGraceMs,
  hostGoneMs: limits.hostGoneMs,
  takeOverMs: limits.takeOverMs,
  handoverMs: limits.handoverMs,
  driverAwayMs: limits.driverAwayMs,
  cancelCleanUpMs: limits.cancelCleanUpMs,
  abandonedRunMs: limits.abandonedRunMs,
  fetchMs: limits.fetchMs,
  cleanUpMs: limits.cleanUpMs,
  messageMs: limits.http.messageMs,
};

/** Spans that `npm run faults` makes short, such as `hostGraceMs=5000,takeOverMs=500`. Peers are told of heartbeats; the rest is the server's own. */
function readTiming(text: string): Partial<Timing> {
  const spans: Partial<Timing> = {};
  for (const part of text.split(",").filter(Boolean)) {
    const [given, span] = part.split("=");
    const name = timingNames.find((each) => each === given);
    const ms = Number(span);
    if (!name || !Number.isInteger(ms) || ms < 1 || ms > maxSpanMs) {
      throw new ConfigError(
        `INTERVAL_TIMING has "${part}"; it must be name=milliseconds, from 1 to ${maxSpanMs}, with a name of ${timingNames.join(", ")}.`,
      );
    }
    spans[name] = ms;
  }
  return spans;
}

const maxSpanMs = 60 * 60 * 1000;
const timingNames = Object.keys(usualTiming) as Array<keyof Timing>;

type Env = Record<string, string | undefined>;

interface SpanUnit {
  name: string;
  ms: number;
  /** The most that may be given, in units. Timers run for 24 days at most. */
  most: number;
}

const seconds: SpanUnit = { name: "seconds", ms: 1000, most: 86_400 };
const minutes: SpanUnit = { name: "minutes", ms: 60_000, most: 28_800 };
const days: SpanUnit = { name: "days", ms: 24 * 60 * 60_000, most: 36_500 };

function readSpan(env: Env, name: string, { name: unit, ms, most }: SpanUnit): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const span = Number(text);
  if (!(span > 0 && span <= most)) {
    throw new ConfigError(`${name} is "${text}"; it must be a number of ${unit} above 0, at most ${most}.`);
  }
  return Math.max(1, Math.round(span * ms));
}

function readCount(env: Env, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ConfigError(`${name} is "${text}"; it must be a whole number above 0.`);
  }
  return count;
}

/** A number of bytes, such as "50 GiB", "1.5MiB" or "1000". */
function readBytes(env: Env, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const found = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|TiB)?$/.exec(text);
  const bytes = Math.round(Number(found?.[1]) * 1024 ** Math.max(0, byteUnits.indexOf(found?.[2] ?? "B")));
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new ConfigError(`${name} is "${text}"; it must be a number of bytes above 0, such as 500MiB or 50GiB.`);
  }
  return bytes;
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

function readQuota(env: Env, whose: string, usual: Quota): Quota {
  return {
    files: readCount(env, `UPLOAD_FILES_${whose}`) ?? usual.files,
    bytes: readBytes(env, `UPLOAD_QUOTA_${whose}`) ?? usual.bytes,
  };
}

function readProxies(text: string): string[] {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  const fault = entries.map(proxyFault).find((each) => each !== undefined);
  if (fault) {
    throw new ConfigError(
      `TRUSTED_PROXIES: ${fault}. Write addresses and networks with commas between them, such as 10.0.0.0/8, ::1.`,
    );
  }
  return entries;
}

function readBucket(env: Record<string, string | undefined>): Bucket | undefined {
  const { S3_BUCKET: bucket, S3_ENDPOINT: endpoint, S3_REGION: region } = env;
  if (!bucket) {
    const stray = endpoint ? "S3_ENDPOINT" : region ? "S3_REGION" : undefined;
    if (stray) throw new ConfigError(`${stray} is set without S3_BUCKET: name the bucket that files are kept in.`);
    return undefined;
  }
  if (endpoint && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new ConfigError(`S3_ENDPOINT is "${endpoint}"; it must be an address such as https://s3.example.com.`);
  }
  return { bucket, endpoint: endpoint || undefined, region: region || "us-east-1" };
}

function readOrigins(text: string): string[] {
  const origins = text.split(/[\s,]+/).filter(Boolean);
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    throw new ConfigError(
      `UPLOAD_ORIGINS names "${wrong}"; it must be origins with commas between them, such as https://bucket.s3.amazonaws.com.`,
    );
  }
  return origins.map((origin) => new URL(origin).origin);
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}
