import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { limits } from "./limits.ts";

/** How every reader of ours reads messages, binary and JSON: see `limits.readDepth`. */
export const reading = { recursionLimit: limits.readDepth } as const;

/**
 * Reads the binary form of a message.
 *
 * @throws for bytes that are no such message
 */
export function decode<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc> {
  return fromBinary(desc, bytes, reading);
}
