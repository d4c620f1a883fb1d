import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type HostFrame, HostFrameSchema, limits } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";

/** A frame with its size on the wire. */
export interface SizedFrame {
  frame: HostFrame;
  bytes: number;
}

/** What a frame says. */
export type FrameBody = NonNullable<MessageInitShape<typeof HostFrameSchema>["body"]>;

/** Writes a frame to the connection. */
export type Write = (frame: SizedFrame) => void;

/**
 * Makes a frame.
 * @throws {HostMisuseError} for one that is larger than a frame may be: the server would end the stream for it
 */
export function sized(init: MessageInitShape<typeof HostFrameSchema>): SizedFrame {
  const frame = create(HostFrameSchema, init);
  const bytes = toBinary(HostFrameSchema, frame).length;
  if (bytes <= limits.frameBytes) return { frame, bytes };
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  throw new HostMisuseError(
    `This is ${size} in all; at most ${limits.frameBytes / 1024 / 1024} MiB can be sent at once.`,
  );
}
