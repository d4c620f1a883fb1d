import type { Socket } from "node:net";

/** How many connections a port takes. */
export interface ConnectionLimits {
  /** Of one address. */
  each: number;
  /** In all. */
  all: number;
}

/** The connections of a port, counted in all and by address. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #isShared: (address: string) => boolean;
  readonly #sockets = new Set<Socket>();
  readonly #byAddress = new Map<string, number>();

  /** @param isShared whether many clients share an address, as those behind a proxy do: it is not counted by itself */
  constructor(limits: ConnectionLimits, isShared: (address: string) => boolean) {
    this.#limits = limits;
    this.#isShared = isShared;
  }

  /** Takes a connection. @returns why not; `undefined` when it was taken */
  admit(socket: Socket): string | undefined {
    const address = socket.remoteAddress ?? "";
    const { each, all } = this.#limits;
    const own = this.#byAddress.get(address) ?? 0;
    if (this.#sockets.size >= all) return `MAX_CONNECTIONS (${all}) is reached`;
    if (own >= each && !this.#isShared(address)) {
      return `MAX_CONNECTIONS_PER_ADDRESS (${each}) is reached by ${address}; if that is a proxy, name it in TRUSTED_PROXIES`;
    }
    this.#sockets.add(socket);
    this.#byAddress.set(address, own + 1);
    socket.once("close", () => this.#remove(socket, address));
    return undefined;
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#sockets[Symbol.iterator]();
  }

  #remove(socket: Socket, address: string): void {
    this.#sockets.delete(socket);
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
