import { describe, expect, it } from "vitest";
import { readAccess, readEndpoint } from "./config.ts";

describe("an endpoint", () => {
  it.each([
    ["http://localhost:3000", "http://localhost:3000"],
    ["ws://localhost:3000/websocket", "http://localhost:3000"],
    ["wss://interval.example.com/websocket", "https://interval.example.com"],
    ["https://interval.example.com/", "https://interval.example.com"],
    ["https://example.com/interval/websocket/", "https://example.com/interval"],
  ])("%s is the server at %s", (spelling, address) => {
    expect(readEndpoint(spelling)).toBe(address);
  });

  it.each(["localhost:3000", "", "ftp://x", 5, "http://"])("%s is none", (spelling) => {
    expect(() => readEndpoint(spelling)).toThrow(/"endpoint" must be an address/);
  });
});

describe("the configuration", () => {
  it("defaults to the environment, then to this machine", () => {
    const env = { INTERVAL_ENDPOINT: "https://a.example", INTERVAL_API_KEY: " key\n" };
    expect(readAccess({}, env)).toEqual({ baseUrl: "https://a.example", apiKey: "key" });
    expect(readAccess({ apiKey: "own" }, {})).toEqual({ baseUrl: "http://localhost:3000", apiKey: "own" });
  });
});
