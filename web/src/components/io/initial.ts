import { create } from "@bufbuild/protobuf";
import { type IoComponent, type IoValue, IoValueSchema } from "@interval/proto";

type Init = Parameters<typeof create<typeof IoValueSchema>>[1];

/** A value as the schema's message. */
export function ioValue(init: NonNullable<Init>): IoValue {
  return create(IoValueSchema, init);
}

/** What a component starts with; undefined when it starts empty. A box to tick is never empty. */
export function initialValue({ kind }: IoComponent): IoValue | undefined {
  switch (kind.case) {
    case "inputText": {
      const text = kind.value.defaultValue;
      return text ? ioValue({ kind: { case: "inputText", value: { text } } }) : undefined;
    }
    case "inputEmail": {
      const email = kind.value.defaultValue;
      return email ? ioValue({ kind: { case: "inputEmail", value: { email } } }) : undefined;
    }
    case "inputNumber": {
      const number = kind.value.defaultValue;
      return number === undefined ? undefined : ioValue({ kind: { case: "inputNumber", value: { number } } });
    }
    case "inputBoolean":
      return ioValue({ kind: { case: "inputBoolean", value: { checked: kind.value.defaultValue } } });
    case "selectSingle": {
      const optionKey = kind.value.defaultValue;
      return optionKey === undefined ? undefined : ioValue({ kind: { case: "selectSingle", value: { optionKey } } });
    }
    case "selectMultiple":
      return ioValue({ kind: { case: "selectMultiple", value: { optionKeys: kind.value.defaultValues } } });
    case "selectTable":
      return ioValue({ kind: { case: "selectTable", value: { rowKeys: kind.value.initiallySelected } } });
    default: // displays, and components that this dashboard cannot show yet
      return undefined;
  }
}
