import { expect, test } from "vitest";
import { isLoopback, isTrustedOrigin } from "./origin.ts";

test.each([
  ["http://localhost:3000", "localhost:3000", "http://localhost:3000", true],
  ["http://127.0.0.1:3000", "127.0.0.1:3000", "http://localhost:3000", true],
  ["http://[::1]:3000", "[::1]:3000", "http://localhost:3000", true],
  ["https://tools.example.com", "10.0.0.7:3000", "https://tools.example.com", true],
  ["https://tools.example.com", "tools.example.com", "https://tools.example.com:443/", true],
  ["http://tools.example.com", "tools.example.com", "https://tools.example.com", false],
  ["http://localhost:4000", "localhost:3000", "http://localhost:3000", false],
  // A name that somebody else has pointed at this machine.
  ["http://evil.example.com:3000", "evil.example.com:3000", "http://localhost:3000", false],
  ["http://localhost.evil.example.com", "localhost.evil.example.com", "http://localhost:3000", false],
  ["null", "localhost:3000", "http://localhost:3000", false],
])("origin %s at host %s of server %s: %s", (origin, host, publicUrl, trusted) => {
  expect(isTrustedOrigin(origin, host, publicUrl)).toBe(trusted);
});

test("loopback addresses are this machine's", () => {
  expect(["localhost", "127.1.2.3:80", "[::1]:3000"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "127.0.0.1.example.com", "localhost.example.com:3000", ""].some(isLoopback)).toBe(false);
});
