import { create, toJsonString } from "@bufbuild/protobuf";
import { type LineLogged, LineLoggedSchema } from "../../ts/interval/run/v1/run_event_pb.ts";

/** So much of a line counts, in characters: what pages of large lines hold of them is more. */
const markedLength = 1000;

/**
 * What a line that was logged is known by when its program is executed again: its level and its words. Numbers do not count, since times,
 * durations and the like differ each time.
 */
export function lineMark({ level, values }: LineLogged): bigint {
  const words = toJsonString(LineLoggedSchema, create(LineLoggedSchema, { level, values }))
    .slice(0, markedLength)
    .replace(/[0-9]+/g, "0");
  return (BigInt(fnv1a(words, 0x811c9dc5)) << 32n) | BigInt(fnv1a(words, 0x01000193));
}

/** The 32-bit hash of Fowler, Noll and Vo over the units of a text. */
function fnv1a(text: string, offset: number): number {
  let hash = offset;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
