import { clone, mergeFromBinary } from "@bufbuild/protobuf";
import { type IoComponent, IoComponentSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import { reading } from "./decode.ts";
import { isServerAnswered, takesAssets } from "./reflect.ts";

/** What is too large for a message, and so is kept in an asset: in the binary form of a message. */

/** The media type of such an asset. */
export const storedMediaType = "application/x-protobuf";

/** Whether most of a component may be kept in an asset: the server itself reads those that it answers or that take files. */
export function isStorable({ kind }: IoComponent): boolean {
  return kind.case !== undefined && !isServerAnswered(kind.case) && !takesAssets(kind.case);
}

/**
 * A component as if all of it had come inline.
 *
 * @param component what came inline; it stays as it is
 * @param bytes what the asset holds that its field `stored` names
 * @throws for bytes that are no such message
 */
export function withStored(component: IoComponent, bytes: Uint8Array): IoComponent {
  const whole = mergeFromBinary(IoComponentSchema, clone(IoComponentSchema, component), bytes, reading);
  whole.key = component.key;
  whole.stored = undefined;
  return whole;
}
