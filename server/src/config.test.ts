import { resolve } from "node:path";
import { limits } from "@interval/proto";
import { expect, test } from "vitest";
import { ConfigError, resolveConfig } from "./config.ts";
import { securityHeaders } from "./http/security-headers.ts";

const from = (env: Record<string, string>) => resolveConfig(env, { dashboardDir: "/dashboard", sdkFile: "/sdk.tgz" });

test("without settings it listens on this machine alone", () => {
  expect(from({})).toMatchObject({
    port: 3000,
    host: "localhost",
    publicUrl: undefined,
    dataDir: resolve(".interval"),
    dashboardDir: "/dashboard",
    sdkFile: "/sdk.tgz",
    logLevel: "warn",
  });
});

test("an empty setting is none", () => {
  const empty = { PORT: "", INTERVAL_HOST: "", INTERVAL_URL: "", INTERVAL_DATA_DIR: "", INTERVAL_LOG: "" };
  expect(from(empty)).toEqual(from({}));
});

test("settings are taken over", () => {
  const env = {
    PORT: "0",
    INTERVAL_HOST: "0.0.0.0",
    INTERVAL_URL: "https://tools.example.com/",
    INTERVAL_LOG: "debug",
  };
  expect(from(env)).toMatchObject({
    port: 0,
    host: "0.0.0.0",
    publicUrl: "https://tools.example.com",
    logLevel: "debug",
  });
});

test("files lie in the data directory, or in a bucket where one is named", () => {
  expect(from({}).bucket).toBeUndefined();
  const bucket = { bucket: "files", endpoint: undefined, region: "us-east-1" };
  expect(from({ S3_BUCKET: "files" }).bucket).toEqual(bucket);
  const env = { S3_BUCKET: "files", S3_ENDPOINT: "http://localhost:9000", S3_REGION: "eu" };
  expect(from(env).bucket).toEqual({ bucket: "files", endpoint: "http://localhost:9000", region: "eu" });
});

test("files go straight to the origins that are named", () => {
  const { uploadOrigins } = from({ UPLOAD_ORIGINS: "https://a.example.com/, http://b.example.com:90" });
  expect(uploadOrigins).toEqual(["https://a.example.com", "http://b.example.com:90"]);
  expect(securityHeaders(uploadOrigins)["content-security-policy"]).toContain(
    "connect-src 'self' https://a.example.com http://b.example.com:90;",
  );
  expect(securityHeaders()["content-security-policy"]).toContain("connect-src 'self';");
});

test("spans, counts and sizes are settings with units", () => {
  const { timing, uploads, logs, maxHosts, departedRouteMs } = from({
    ABANDONED_RUN_MINUTES: "2.5",
    HOST_GRACE_MINUTES: "20",
    HOST_GONE_SECONDS: "5",
    UPLOAD_FILES_RUN: "10",
    UPLOAD_QUOTA_PERSON: "1.5 GiB",
    LOG_QUOTA_RUN: "5MiB",
    LOG_RATE_RUN: "1000",
    MAX_HOSTS: "3",
    DEPARTED_ROUTE_DAYS: "1",
  });
  expect([timing.abandonedRunMs, timing.hostGraceMs, timing.hostGoneMs]).toEqual([150_000, 1_200_000, 5_000]);
  expect(uploads.run).toEqual({ ...limits.runUploads, files: 10 });
  expect(uploads.person).toEqual({ ...limits.personUploads, bytes: 1.5 * 1024 ** 3 });
  expect(logs).toEqual({ ...limits.logs, runBytes: 5 * 1024 ** 2, bytesPerSecond: 1000 });
  expect([maxHosts, departedRouteMs]).toEqual([3, 86_400_000]);
});

test("spans are the usual ones but those that are named", () => {
  const { timing } = from({});
  expect(timing.hostGraceMs).toBe(600_000);
  expect(from({ INTERVAL_TIMING: "hostGraceMs=5000,takeOverMs=1" }).timing).toEqual({
    ...timing,
    hostGraceMs: 5000,
    takeOverMs: 1,
  });
});

test.each([
  [{ INTERVAL_TIMING: "hostGraceMs=0" }, 'INTERVAL_TIMING has "hostGraceMs=0"; it must be name=milliseconds'],
  [{ INTERVAL_TIMING: "takeOverMs=1,patience=5" }, 'INTERVAL_TIMING has "patience=5"'],
  [{ INTERVAL_TIMING: "takeOverMs" }, "with a name of heartbeatIntervalMs, heartbeatTimeoutMs, hostGraceMs"],
  [
    { HOST_GRACE_MINUTES: "soon" },
    'HOST_GRACE_MINUTES is "soon"; it must be a number of minutes above 0, at most 28800.',
  ],
  [
    { UPLOAD_QUOTA_RUN: "5 gigs" },
    'UPLOAD_QUOTA_RUN is "5 gigs"; it must be a number of bytes above 0, such as 500MiB',
  ],
  [{ UPLOAD_FILES_RUN: "0" }, 'UPLOAD_FILES_RUN is "0"; it must be a whole number above 0.'],
  [{ PORT: "http" }, 'PORT is "http"; it must be a whole number from 0 to 65535.'],
  [{ PORT: "70000" }, 'PORT is "70000"'],
  [{ INTERVAL_LOG: "loud" }, "it must be one of silent, error, warn, info, debug."],
  [{ S3_ENDPOINT: "https://s3.example.com" }, "S3_ENDPOINT is set without S3_BUCKET"],
  [{ S3_REGION: "eu-west-1" }, "S3_REGION is set without S3_BUCKET"],
  [{ S3_BUCKET: "files", S3_ENDPOINT: "s3.example.com" }, 'S3_ENDPOINT is "s3.example.com"'],
  [{ UPLOAD_ORIGINS: "https://a.example.com, b.example.com" }, 'UPLOAD_ORIGINS names "b.example.com"'],
  [{ UPLOAD_ORIGINS: "https://a.example.com/path" }, "it must be origins"],
  [{ INTERVAL_URL: "tools.example.com" }, 'INTERVAL_URL is "tools.example.com"'],
  [{ INTERVAL_URL: "https://" }, "such as https://tools.example.com"],
  [{ INTERVAL_URL: "https://example.com/tools" }, "such as https://tools.example.com"],
])("%j is refused by name", (env, message) => {
  expect(() => from(env)).toThrow(ConfigError);
  expect(() => from(env)).toThrow(message);
});

test("proxies that are trusted and connections are numbers and addresses", () => {
  expect(from({})).toMatchObject({ trustedProxies: [], connections: { each: 1000, all: 10_000 } });
  const env = { TRUSTED_PROXIES: "10.0.0.0/8, ::1", MAX_CONNECTIONS: "20", MAX_CONNECTIONS_PER_ADDRESS: "5" };
  expect(from(env)).toMatchObject({ trustedProxies: ["10.0.0.0/8", "::1"], connections: { each: 5, all: 20 } });
  expect(() => from({ TRUSTED_PROXIES: "proxy" })).toThrow(/TRUSTED_PROXIES: "proxy" is neither.*such as/);
  expect(() => from({ MAX_CONNECTIONS: "many" })).toThrow(/MAX_CONNECTIONS is "many".*above 0/);
});
