import { createHmac, timingSafeEqual } from "node:crypto";
import { limits } from "@interval/proto";

/** Where a browser's bytes are to be put outside, and for whom. */
export interface RelayTarget {
  runId: string;
  /** The person or key that asked for the address. */
  by: string;
  /** Where the program wants the bytes. */
  to: string;
}

/** Addresses that prove by themselves what they are good for: every node of the server reads those of every other. */
export class SignedAddresses {
  readonly #secret: Buffer;
  readonly #publicUrl: string;

  constructor(secret: string, publicUrl: string) {
    this.#secret = createHmac("sha256", secret).update("addresses of assets").digest();
    this.#publicUrl = publicUrl;
  }

  /** An address under which anybody reads an asset for a while. */
  download(assetId: string, lifetimeMs: number, now = Date.now()): { url: string; expires: number } {
    const expires = now + Math.min(lifetimeMs, limits.signedAddressMs);
    const query = new URLSearchParams({ expires: String(expires), signature: this.#sign("read", assetId, expires) });
    return { url: `${this.#publicUrl}/assets/${assetId}?${query}`, expires };
  }

  /** Whether an address is one that was signed for this asset and is still good. */
  isDownload(assetId: string, query: URLSearchParams, now = Date.now()): boolean {
    return this.#isGood(query, now, "read", assetId);
  }

  /** The path under which one person puts bytes to one address outside, through the server. */
  relay({ runId, by, to }: RelayTarget, now = Date.now()): string {
    const expires = now + limits.signedAddressMs;
    const signature = this.#sign("relay", runId, by, to, expires);
    return `/assets/relay?${new URLSearchParams({ run: runId, by, to, expires: String(expires), signature })}`;
  }

  /** What a relay's address is good for; `undefined` when we did not make it, or too long ago. */
  readRelay(query: URLSearchParams, now = Date.now()): RelayTarget | undefined {
    const target = { runId: query.get("run") ?? "", by: query.get("by") ?? "", to: query.get("to") ?? "" };
    return this.#isGood(query, now, "relay", target.runId, target.by, target.to) ? target : undefined;
  }

  #isGood(query: URLSearchParams, now: number, ...parts: string[]): boolean {
    const expires = Number(query.get("expires"));
    const given = Buffer.from(query.get("signature") ?? "");
    const right = Buffer.from(this.#sign(...parts, expires));
    return given.length === right.length && timingSafeEqual(given, right) && expires > now;
  }

  #sign(...parts: Array<string | number>): string {
    return createHmac("sha256", this.#secret).update(JSON.stringify(parts)).digest("base64url");
  }
}
