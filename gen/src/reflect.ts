import { type DescMessage, getOption } from "@bufbuild/protobuf";
import { IoComponentSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import { asset, sensitive, server_answered } from "../ts/interval/io/v1/options_pb.ts";
import type { Kind } from "./kinds.ts";

/** What the schema's options say, so that the server never names a component. */

/** Whether the server answers components of a kind, after a check of its own. */
export function isServerAnswered(kind: Kind): boolean {
  const message = IoComponentSchema.fields.find(
    (field) => field.oneof?.name === "kind" && field.localName === kind,
  )?.message;
  return message !== undefined && getOption(message, server_answered);
}

/** The fields of a message that hold ids of stored assets. */
export function assetFields(message: DescMessage): string[] {
  return message.fields.filter((field) => getOption(field, asset)).map(({ localName }) => localName);
}

/** The fields of a message that are kept out of logs, search text and exports. */
export function sensitiveFields(message: DescMessage): string[] {
  return message.fields.filter((field) => getOption(field, sensitive)).map(({ localName }) => localName);
}
