import type { Reply } from "./wire.ts";

/** What a reply may be as large as: a message, and what frames it. */
const replyBytes = 5 * 1024 * 1024;
const codes = ["canceled", "unknown", "internal", "data_loss"];
/** The same in gRPC's numbers. */
const numbers = ["2", "13", "15"];

/** A finding, with enough to look for its cause. */
export interface Finding {
  kind: "internal" | "leak" | "oversized" | "crash" | "stall" | "broken";
  what: string;
}

/** Looks at everything that comes back. */
export class Judge {
  readonly findings: Finding[] = [];
  readonly #secrets: readonly Buffer[];
  #recent: Array<{ from: number; to: number; what: string }> = [];

  /** @param secrets texts that no caller of the fuzzer may ever be sent */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map((secret) => Buffer.from(secret));
  }

  report(kind: Finding["kind"], what: string): void {
    this.findings.push({ kind, what: what.slice(0, 2000) });
  }

  /** Looks at a reply. */
  reply(what: string, from: number, { status, headers, body }: Reply): void {
    this.#recent.push({ from, to: Date.now(), what });
    if (this.#recent.length > 4000) this.#recent = this.#recent.slice(-2000);
    const text = () => body.subarray(0, 600).toString();
    const code = codes.find((each) => body.subarray(0, 200).includes(`"code":"${each}"`));
    const isInternal = status >= 500 && ![501, 503, 504, 505].includes(status);
    if (isInternal || (code && code !== "canceled")) this.report("internal", `${what}: ${status} ${text()}`);
    if (numbers.includes(String(headers["grpc-status"]))) {
      this.report("internal", `${what}: grpc-status ${headers["grpc-status"]} ${headers["grpc-message"]}`);
    }
    if (body.length > replyBytes) this.report("oversized", `${what}: ${body.length} bytes`);
    this.bytes(what, body);
    this.bytes(what, Buffer.from(JSON.stringify(headers)));
  }

  /** Looks for other tenants' data in what came. */
  bytes(what: string, bytes: Uint8Array): void {
    const found = this.#secrets.find((secret) =>
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(secret),
    );
    if (found) this.report("leak", `${what}: ${found}`);
  }

  /** The requests that were on their way at a time. */
  during(from: number, to: number): string[] {
    return this.#recent.filter((each) => each.from <= to && each.to >= from).map(({ what }) => what.slice(0, 200));
  }
}
