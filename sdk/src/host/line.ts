import { type Hello, type HostFrame, limits } from "@interval/proto";
import type { Heard } from "./heard.ts";

/** What frames travel over. */
export type Protocol = "HTTP/2" | "HTTP/1.1";

/**
 * A way to the server: carries frames there and back, and knows nothing of what they say. It yields what the server says, in batches,
 * until it ends.
 */
export type Line = (ends: LineEnds) => AsyncGenerator<Heard[]>;

/** What is at this end of a line. */
export interface LineEnds {
  /** The server, such as "http://localhost:3000". */
  baseUrl: string;
  apiKey: string;
  hello: Hello;
  /** What the host says after its hello, in batches; its end lets the server end the line. */
  outgoing: AsyncIterable<HostFrame[]>;
  /** For how long nothing may get through, in milliseconds, as things stand. */
  silenceMs: () => number;
  /** Ends the line. */
  signal: AbortSignal;
}

/** How messages are read on every line. Compression costs more than it saves. */
export const reading = { acceptCompression: [], readMaxBytes: limits.messageBytes };
