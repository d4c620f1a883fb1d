import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { decode, type ServerFrame, ServerFrameSchema } from "@interval/proto";

/** A frame of the server as it arrived. */
export interface Heard {
  frame: ServerFrame;
  /** Why it cannot be read; `frame` then holds only what identifies it, as far as that can be read. */
  fault?: string;
}

/** Reads frames each by itself: one that cannot be read must not end the stream that carries those of all runs. */
export function hear(frames: readonly Uint8Array[]): Heard[] {
  return frames.map((bytes) => {
    try {
      return { frame: decode(ServerFrameSchema, bytes) };
    } catch (error) {
      const frame = fromBinary(ServerFrameSchema, scalarsOf(ServerFrameSchema, bytes, 1));
      return {
        frame,
        fault: `A frame of the server cannot be read: ${error instanceof Error ? error.message : error}`,
      };
    }
  });
}

/** The bytes of a message without fields that hold messages or cannot be read; those down to some levels keep what they hold. */
function scalarsOf(desc: DescMessage, bytes: Uint8Array, levels: number): Uint8Array {
  const kept: Uint8Array[] = [];
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const [number, wireType] = reader.tag();
      const value = reader.skip(wireType, number);
      const field = desc.fields.find((each) => each.number === number);
      if (field?.fieldKind === "message" && wireType === WireType.LengthDelimited && levels > 0) {
        const inner = scalarsOf(field.message, new BinaryReader(value).bytes(), levels - 1);
        kept.push(new BinaryWriter().tag(number, wireType).bytes(inner).finish());
      } else if (field?.fieldKind === "scalar" || field?.fieldKind === "enum") {
        const whole = bytes.subarray(start, reader.pos);
        if (isReadable(desc, whole)) kept.push(whole);
      }
    }
  } catch {
    // What follows cannot be told apart.
  }
  return Buffer.concat(kept);
}

function isReadable(desc: DescMessage, bytes: Uint8Array): boolean {
  try {
    fromBinary(desc, bytes);
    return true;
  } catch {
    return false;
  }
}
