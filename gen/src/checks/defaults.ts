import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type IoComponent, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { type InputKind, isComponentOf, type Props } from "../kinds.ts";

/**
 * The value that a component starts with, or `undefined` when it starts empty.
 *
 * @param timeZone the operator's IANA zone, which a default of day and time does not have
 */
export function defaultValue(component: IoComponent, timeZone = ""): IoValue | undefined {
  const { kind } = component;
  return kind.case !== undefined && canStart(kind.case) ? startOf(kind.case, component, timeZone) : undefined;
}

function startOf<K extends InputKind>(kind: K, component: IoComponent, timeZone: string): IoValue | undefined {
  const value = isComponentOf(component, kind) ? starts[kind](component.kind.value, timeZone) : undefined;
  // The kind and its value belong together; the union of all of them does not say so.
  return value && create(IoValueSchema, { kind: { case: kind, value } as Start<InputKind> });
}

type Start<K extends InputKind> = Extract<MessageInitShape<typeof IoValueSchema>["kind"], { case: K }>;

const empty = (): undefined => undefined;

/** How every kind starts that takes an answer; a kind that is missing does not compile. */
const starts: {
  readonly [K in InputKind]: (props: Props<K>, timeZone: string) => Start<K>["value"] | undefined;
} = {
  inputText: ({ defaultValue: text }) => (text === undefined ? undefined : { text }),
  inputEmail: ({ defaultValue: email }) => (email === undefined ? undefined : { email }),
  inputNumber: ({ defaultValue: number }) => (number === undefined ? undefined : { number }),
  inputSlider: ({ min, defaultValue: number = min }) => ({ number }),
  inputUrl: ({ defaultValue: url }) => (url === undefined ? undefined : { url }),
  inputBoolean: ({ defaultValue: checked }) => ({ checked }),
  inputRichText: ({ defaultValue: html }) => (html === undefined ? undefined : { html }),
  inputDate: ({ defaultValue: date }) => date && { date },
  inputTime: ({ defaultValue: time }) => time && { time },
  inputDatetime: ({ defaultValue: datetime }, timeZone) => datetime && { datetime, timeZone },
  inputFile: empty,
  inputSpreadsheet: ({ defaultRows: rows }) => (rows.length === 0 ? undefined : { rows }),
  selectSingle: ({ defaultValue: optionKey }) => (optionKey === undefined ? undefined : { optionKey }),
  selectMultiple: ({ defaultValues: optionKeys }) => ({ optionKeys }),
  selectTable: ({ initiallySelected: rowKeys }) => ({ rowKeys }),
  search: ({ defaultValues }) =>
    defaultValues.length === 0 ? undefined : { itemKeys: defaultValues.map(({ key }) => key) },
  confirm: empty,
  confirmIdentity: empty,
  approval: empty,
};

function canStart(kind: string): kind is InputKind {
  return Object.hasOwn(starts, kind);
}
