import { createHmac } from "node:crypto";
import { isIPv6 } from "node:net";
import { limits } from "@interval/proto";
import type { AttemptStore } from "../store/store.ts";

/** An attempt to sign in. */
interface Attempt {
  /** The address that it comes from. */
  address: string;
  /** The e-mail address that it is for; unset for a sign-in link. */
  email?: string | undefined;
}

/**
 * Counts attempts to sign in, by address, by account, and by both. An account whose attempts are used up by others can still be signed in to
 * from an address that has signed in to it before, and by a link. Whether the account exists plays no part in it.
 */
export class SignInThrottle {
  readonly #attempts: AttemptStore;
  readonly #secret: string;

  constructor(attempts: AttemptStore, secret: string) {
    this.#attempts = attempts;
    this.#secret = secret;
  }

  /** Counts an attempt. @returns in how many milliseconds it may be made; 0 for now */
  async take({ address, email }: Attempt): Promise<number> {
    const { perAddress, perAccount, perBoth, perAddressLinks } = limits.signIn;
    const from = networkOf(address);
    if (email === undefined) return this.#attempts.take([{ id: this.#id("links", from), ...perAddressLinks }]);
    const isKnown = await this.#attempts.isMarked(this.#id("known", from, email));
    return this.#attempts.take([
      { id: this.#id("address", from), ...perAddress },
      { id: this.#id("both", from, email), ...perBoth },
      ...(isKnown ? [] : [{ id: this.#id("account", email), ...perAccount }]),
    ]);
  }

  /** An attempt has led to a session. */
  async succeeded({ address, email }: Attempt): Promise<void> {
    if (email === undefined) return;
    const from = networkOf(address);
    await this.#attempts.mark(this.#id("known", from, email), Date.now() + limits.signIn.knownMs);
    await this.#attempts.forget(this.#id("both", from, email));
  }

  /** What is stored tells nobody which accounts were tried, and from where. */
  #id(...what: string[]): string {
    const [kind = "", ...rest] = what;
    const text = JSON.stringify([kind, ...rest.map((each) => each.toLowerCase())]);
    return createHmac("sha256", this.#secret).update(`sign-in:${text}`).digest("base64url");
  }
}

/** Who has an IPv6 address has 2^64 of them: they count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.split("%", 1)[0]?.split("::") ?? [];
  const [before, after] = [head, tail].map((part) => (part ? part.split(":") : []));
  const zeros = address.includes("::") ? 8 - (before?.length ?? 0) - (after?.length ?? 0) : 0;
  const groups = [...(before ?? []), ...Array.from({ length: zeros }, () => "0"), ...(after ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
