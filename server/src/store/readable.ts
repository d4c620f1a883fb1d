import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { decode } from "@interval/proto";

/** What was stored as a message; `undefined` where it cannot be read: one row must not keep others from being read. */
export function readable<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc> | undefined {
  try {
    return decode(desc, bytes);
  } catch {
    return undefined;
  }
}
