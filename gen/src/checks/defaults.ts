import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type InputSpreadsheet,
  SpreadsheetCellType,
  type SpreadsheetRow,
  SpreadsheetRowSchema,
} from "../../ts/interval/io/v1/input_spreadsheet_pb.ts";
import { type IoComponent, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { ValueSchema } from "../../ts/interval/io/v1/value_pb.ts";
import { type InputKind, isComponentOf, type Props } from "../kinds.ts";
import { answerAsWritten, answerAt, daysIn, millisecondsOf, timesIn, withinClocks } from "../time/answers.ts";
import { civilAt } from "../time/zones.ts";

/**
 * The value that a component starts with, or `undefined` when it starts empty.
 *
 * @param timeZone the operator's IANA zone, on whose clocks moments are shown; UTC where it is empty or not known
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
  inputDate(props, timeZone) {
    const { start: date } = daysIn(props, timeZone);
    return date && { date, timeZone };
  },
  inputTime(props, timeZone) {
    const { start: time } = timesIn(props, timeZone);
    return time && { time, timeZone };
  },
  inputDatetime({ defaultValue: datetime, defaultMoment }, timeZone) {
    if (defaultMoment) return answerAt(timeZone, millisecondsOf(defaultMoment));
    return datetime && answerAsWritten(timeZone, datetime);
  },
  inputFile: empty,
  inputSpreadsheet: (props, timeZone) =>
    props.defaultRows.length === 0 ? undefined : { rows: rowsIn(props, timeZone), timeZone },
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

/** Moments in columns of days become their days. */
function rowsIn({ columns, defaultRows }: InputSpreadsheet, timeZone: string): SpreadsheetRow[] {
  const days = columns.filter(({ type }) => type === SpreadsheetCellType.DATE);
  return defaultRows.map((row) => {
    const cells = { ...row.cells };
    for (const { key } of days) {
      const kind = Object.hasOwn(cells, key) ? cells[key]?.kind : undefined;
      const date = kind?.case === "timestampValue" && civilAt(timeZone, withinClocks(timestampMs(kind.value))).date;
      if (date) cells[key] = create(ValueSchema, { kind: { case: "calendarDateValue", value: date } });
    }
    return create(SpreadsheetRowSchema, { cells });
  });
}
