import { fromBinary } from "@bufbuild/protobuf";
import { type HostFrame, IoChosenSchema, type IoComponent, ValueSchema, withStored } from "@interval/proto";

/**
 * What a host says, as if nothing of it had been too large for a message.
 * @param bytesOf the bytes of a stored asset
 */
export function whole(body: HostFrame["body"], bytesOf: (id: string) => Uint8Array): HostFrame["body"] {
  const component = (each: IoComponent) => (each.stored === undefined ? each : withStored(each, bytesOf(each.stored)));
  switch (body.case) {
    case "call": {
      const { call } = body.value;
      const components = call?.components.map(component) ?? [];
      return call ? { ...body, value: { ...body.value, call: { ...call, components } } } : body;
    }
    case "patch": {
      const { change } = body.value;
      if (change.case !== "component") return body;
      return { ...body, value: { ...body.value, change: { ...change, value: component(change.value) } } };
    }
    case "accepted": {
      const stored = body.value.chosen?.stored;
      if (stored === undefined) return body;
      return { ...body, value: { ...body.value, chosen: fromBinary(IoChosenSchema, bytesOf(stored)) } };
    }
    case "finish": {
      const { outcome } = body.value;
      if (outcome.case !== "success" || outcome.value.storedResult === undefined) return body;
      const result = fromBinary(ValueSchema, bytesOf(outcome.value.storedResult));
      const value = { ...outcome.value, result, storedResult: undefined };
      return { ...body, value: { ...body.value, outcome: { ...outcome, value } } };
    }
    default:
      return body;
  }
}
