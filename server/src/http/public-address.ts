import { type LookupAddress, lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** An address that the server must not reach for anybody: its own network's. */
export class PrivateAddressError extends Error {
  override name = "PrivateAddressError";
}

const blocked = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carriers' own
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local, where clouds keep their secrets
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  blocked.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["2001::", 23], // Teredo and others that hold a second address
  ["2001:db8::", 32],
  ["2002::", 16], // 6to4: an IPv4 address within
  ["3fff::", 20],
] as const) {
  blocked.addSubnet(network, bits, "ipv6");
}
/** Of IPv6 only what is routed in the world; this leaves out mapped IPv4, loopback, link-local, unique local, NAT64. */
const routed = new BlockList();
routed.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address is one of the world's, not of somebody's own network. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, "ipv4");
    case 6:
      return routed.check(address, "ipv6") && !blocked.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * Resolves names for a connection, and refuses those of which any address is private. The connection is made to the very address that
 * was checked, so a name that changes its mind meanwhile leads nowhere else.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, "");
    const fault = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (fault || !first) {
      return callback(
        new PrivateAddressError(`${hostname} is in a private network (${fault?.address ?? "nowhere"}).`),
        "",
      );
    }
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
