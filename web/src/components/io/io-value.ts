import { create } from "@bufbuild/protobuf";
import { type IoValue, IoValueSchema } from "@interval/proto";

type Init = Parameters<typeof create<typeof IoValueSchema>>[1];

/** A value as the schema's message. */
export function ioValue(init: NonNullable<Init>): IoValue {
  return create(IoValueSchema, init);
}
