import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";

/** Where a request really comes from. */
export interface Client {
  /** The address of the client: the last one that a trusted proxy has not set by itself. */
  address: string;
  /** Whether the client speaks https with the outermost trusted proxy. */
  isHttps: boolean;
}

/** What of a request says where it comes from. */
interface Hops {
  socket: { remoteAddress?: string };
  headers: IncomingHttpHeaders;
}

/**
 * Proxies in front of the server. Only what they say of a client counts: everybody can send `X-Forwarded-For` and `X-Forwarded-Proto`.
 */
export class TrustedProxies {
  readonly #list = new BlockList();

  /** @param entries addresses and networks, as {@link proxyFault} has checked them */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = "", bits] = entry.split("/");
      const type = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (bits === undefined) this.#list.addAddress(address, type);
      else this.#list.addSubnet(address, Number(bits), type);
    }
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    const type = isIP(plain);
    return type !== 0 && this.#list.check(plain, type === 6 ? "ipv6" : "ipv4");
  }

  clientOf({ socket, headers }: Hops): Client {
    let address = plainAddress(socket.remoteAddress ?? "");
    if (!this.has(address)) return { address, isHttps: false };
    const forwarded = String(headers["x-forwarded-for"] ?? "").split(",");
    for (let hop = forwarded.pop(); hop !== undefined && this.has(address); hop = forwarded.pop()) {
      const named = addressOf(hop.trim());
      if (!named) break; // what stands left of nonsense proves nothing
      address = named;
    }
    const protocol = String(headers["x-forwarded-proto"] ?? "").split(",");
    return { address, isHttps: protocol.at(-1)?.trim().toLowerCase() === "https" };
  }
}

/** Why an entry is neither an address nor a network; `undefined` when it is one. */
export function proxyFault(entry: string): string | undefined {
  const [address = "", bits, ...more] = entry.split("/");
  const type = isIP(address);
  const most = type === 6 ? 128 : 32;
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return type !== 0 && isNetwork && more.length === 0 ? undefined : `"${entry}" is neither an address nor a network`;
}

/** The address of a hop, which may have a port: "1.2.3.4:5", "[::1]:5", "::1". */
function addressOf(hop: string): string | undefined {
  const [bracketed = ""] = hop.startsWith("[") ? hop.slice(1).split("]", 1) : [hop];
  return [bracketed, bracketed.split(":", 1)[0] ?? ""].map(plainAddress).find((address) => isIP(address));
}

/** IPv4 addresses come as IPv6 ones where a server listens to both. */
function plainAddress(address: string): string {
  const mapped = address.toLowerCase().startsWith("::ffff:") ? address.slice(7) : "";
  return isIP(mapped) === 4 ? mapped : address;
}
