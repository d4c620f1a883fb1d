import { setImmediate } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { byteCount, IoChosenSchema, ListValueSchema, limits, toValue } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { Chosen } from "../io/judge.ts";
import type { Answering } from "../io/method.ts";

/** So many items are packed at once. */
const itemsAtOnce = 100;
/** After so many milliseconds everything else has its turn. */
const turnMs = 10;

/**
 * What was chosen, as an IoChosen in binary. It may be all rows of a large table, so it is packed little by little.
 *
 * @throws {HostMisuseError} for more than an asset may have
 */
export async function packChosen(chosen: Chosen, { signal, progress }: Answering): Promise<Uint8Array> {
  const total = [...chosen.values()].reduce((sum, items) => sum + items.length, 0);
  const writer = new BinaryWriter();
  let [bytes, done, turn] = [0, 0, performance.now()];
  for (const [key, items] of chosen) {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < items.length; at += itemsAtOnce) {
      const some = items.slice(at, at + itemsAtOnce).map((item) => toValue(item));
      const part = toBinary(ListValueSchema, create(ListValueSchema, { items: some }));
      parts.push(part);
      bytes += part.length;
      done += some.length;
      if (bytes > limits.hostAssetBytes) {
        throw new HostMisuseError(`It has more than ${byteCount(limits.hostAssetBytes)}.`);
      }
      if (performance.now() - turn < turnMs) continue;
      progress("Recording what was chosen", done, total);
      await setImmediate();
      signal.throwIfAborted();
      turn = performance.now();
    }
    writeEntry(writer, key, parts);
  }
  return writer.finish();
}

/** One list by its key. Lists in binary that stand one behind the other are one list. */
function writeEntry(writer: BinaryWriter, key: string, parts: Uint8Array[]): void {
  writer.tag(IoChosenSchema.field.items.number, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(key);
  writer.tag(2, WireType.LengthDelimited).bytes(Buffer.concat(parts));
  writer.join();
}
