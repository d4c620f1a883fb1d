import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type IoComponent, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";

/**
 * The value that a component starts with, or `undefined` when it starts empty.
 *
 * @param timeZone the operator's IANA zone, which a default of day and time does not have
 */
export function defaultValue({ kind }: IoComponent, timeZone = ""): IoValue | undefined {
  const value = startOf(kind, timeZone);
  return value && create(IoValueSchema, { kind: value });
}

type Start = MessageInitShape<typeof IoValueSchema>["kind"];

function startOf(kind: IoComponent["kind"], timeZone: string): Start | undefined {
  switch (kind.case) {
    case "inputText": {
      const { defaultValue: text } = kind.value;
      return text === undefined ? undefined : { case: "inputText", value: { text } };
    }
    case "inputEmail": {
      const { defaultValue: email } = kind.value;
      return email === undefined ? undefined : { case: "inputEmail", value: { email } };
    }
    case "inputNumber": {
      const { defaultValue: number } = kind.value;
      return number === undefined ? undefined : { case: "inputNumber", value: { number } };
    }
    case "inputSlider": {
      const { defaultValue: number = kind.value.min } = kind.value;
      return { case: "inputSlider", value: { number } };
    }
    case "inputUrl": {
      const { defaultValue: url } = kind.value;
      return url === undefined ? undefined : { case: "inputUrl", value: { url } };
    }
    case "inputBoolean":
      return { case: "inputBoolean", value: { checked: kind.value.defaultValue } };
    case "inputRichText": {
      const { defaultValue: html } = kind.value;
      return html === undefined ? undefined : { case: "inputRichText", value: { html } };
    }
    case "inputDate": {
      const { defaultValue: date } = kind.value;
      return date && { case: "inputDate", value: { date } };
    }
    case "inputTime": {
      const { defaultValue: time } = kind.value;
      return time && { case: "inputTime", value: { time } };
    }
    case "inputDatetime": {
      const { defaultValue: datetime } = kind.value;
      return datetime && { case: "inputDatetime", value: { datetime, timeZone } };
    }
    case "inputSpreadsheet": {
      const { defaultRows: rows } = kind.value;
      return rows.length === 0 ? undefined : { case: "inputSpreadsheet", value: { rows } };
    }
    case "selectSingle": {
      const { defaultValue: optionKey } = kind.value;
      return optionKey === undefined ? undefined : { case: "selectSingle", value: { optionKey } };
    }
    case "selectMultiple":
      return { case: "selectMultiple", value: { optionKeys: kind.value.defaultValues } };
    case "selectTable":
      return { case: "selectTable", value: { rowKeys: kind.value.initiallySelected } };
    case "search": {
      const { defaultValues } = kind.value;
      return defaultValues.length === 0
        ? undefined
        : { case: "search", value: { itemKeys: defaultValues.map(({ key }) => key) } };
    }
    default:
      return undefined; // displays, and what cannot start with a value
  }
}
