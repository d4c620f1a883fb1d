import { expect, test } from "vitest";
import { isPublicAddress, lookupPublic, PrivateAddressError } from "./public-address.ts";

test.each([
  ["8.8.8.8", true],
  ["52.218.1.1", true],
  ["2606:4700::1111", true],
  ["127.0.0.1", false],
  ["127.9.9.9", false],
  ["0.0.0.0", false],
  ["10.1.2.3", false],
  ["172.16.0.1", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::", false],
  ["fe80::1", false],
  ["fc00::1", false],
  ["fd12:3456::1", false],
  ["ff02::1", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:7f00:1", false],
  ["64:ff9b::a00:1", false],
  ["2002:7f00:1::", false],
  ["2001:db8::1", false],
  ["localhost", false],
  ["", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test("a name of one's own machine is refused before anything is connected", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  lookupPublic("localhost", { all: true }, (error) => resolve(error));
  expect(await promise).toBeInstanceOf(PrivateAddressError);
});
