import { describe, expect, test } from "vitest";
import { proxyFault, TrustedProxies } from "./trusted-proxies.ts";

const proxies = new TrustedProxies(["10.0.0.0/8", "192.0.2.7", "::1", "fd00::/8"]);
const clientOf = (remoteAddress: string, forwarded?: string, proto?: string) =>
  proxies.clientOf({
    socket: { remoteAddress },
    headers: {
      ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
      ...(proto !== undefined && { "x-forwarded-proto": proto }),
    },
  });

describe("where a request comes from", () => {
  test.each<[string, string, string | undefined, string]>([
    ["somebody who is no proxy, whatever they say", "203.0.113.1", "1.2.3.4", "203.0.113.1"],
    ["a proxy", "10.1.1.1", "203.0.113.1", "203.0.113.1"],
    ["a proxy behind another", "10.1.1.1", "203.0.113.1, 192.0.2.7, fd00::2", "203.0.113.1"],
    ["a client who says more before a proxy does", "10.1.1.1", "1.2.3.4, 203.0.113.1", "203.0.113.1"],
    ["a proxy that says nothing", "10.1.1.1", undefined, "10.1.1.1"],
    ["a proxy that says nonsense", "10.1.1.1", "1.2.3.4, unknown", "10.1.1.1"],
    ["a proxy that calls from itself", "10.1.1.1", "10.1.1.2", "10.1.1.2"],
    ["a proxy with a port", "::1", "203.0.113.1:4711", "203.0.113.1"],
    ["a proxy with an IPv6 client and a port", "::1", "[2001:db8::1]:4711", "2001:db8::1"],
    ["a proxy with an IPv6 client", "::1", "2001:db8::1", "2001:db8::1"],
    ["an IPv4 proxy over IPv6", "::ffff:10.1.1.1", "::ffff:203.0.113.1", "203.0.113.1"],
  ])("%s", (_what, peer, forwarded, expected) => expect(clientOf(peer, forwarded).address).toBe(expected));

  test("what many addresses a header names costs no time", () => {
    const began = performance.now();
    clientOf("10.1.1.1", "10.0.0.1,".repeat(100_000));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

test.each<[string, string | undefined, boolean]>([
  ["10.1.1.1", "https", true],
  ["10.1.1.1", "http, HTTPS", true],
  ["10.1.1.1", "https, http", false],
  ["10.1.1.1", undefined, false],
  ["203.0.113.1", "https", false],
])("from %s with X-Forwarded-Proto %s, is it https: %s", (peer, proto, expected) =>
  expect(clientOf(peer, undefined, proto).isHttps).toBe(expected),
);

test.each(["10.0.0.0/33", "10.0.0", "::1/129", "proxy.example.com", "10.0.0.0/8/8", "10.0.0.0/", ""])(
  "%j is neither an address nor a network",
  (entry) => expect(proxyFault(entry)).toContain(`"${entry}"`),
);

test.each(["10.0.0.0/8", "0.0.0.0/0", "127.0.0.1", "::1", "::/0"])("%s is one", (entry) => {
  expect(proxyFault(entry)).toBeUndefined();
  new TrustedProxies([entry]);
});
