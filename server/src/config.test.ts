import { resolve } from "node:path";
import { expect, test } from "vitest";
import { ConfigError, resolveConfig } from "./config.ts";

const from = (env: Record<string, string>) => resolveConfig(env, "/dashboard");

test("without settings it listens on this machine alone", () => {
  expect(from({})).toMatchObject({
    port: 3000,
    host: "localhost",
    publicUrl: undefined,
    dataDir: resolve(".interval"),
    dashboardDir: "/dashboard",
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

test.each([
  [{ PORT: "http" }, 'PORT is "http"; it must be a whole number from 0 to 65535.'],
  [{ PORT: "70000" }, 'PORT is "70000"'],
  [{ INTERVAL_LOG: "loud" }, "it must be one of silent, error, warn, info, debug."],
  [{ INTERVAL_URL: "tools.example.com" }, 'INTERVAL_URL is "tools.example.com"'],
  [{ INTERVAL_URL: "https://" }, "such as https://tools.example.com"],
  [{ INTERVAL_URL: "https://example.com/tools" }, "such as https://tools.example.com"],
])("%j is refused by name", (env, message) => {
  expect(() => from(env)).toThrow(ConfigError);
  expect(() => from(env)).toThrow(message);
});
