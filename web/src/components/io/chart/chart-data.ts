import { timestampDate } from "@bufbuild/protobuf/wkt";
import { fromAbsolute, getLocalTimeZone } from "@internationalized/date";
import type { DisplayChart, RecordValue, Value } from "@interval/proto";

/** What stands on the horizontal axis: numbers and moments in their place, everything else side by side. */
type AxisKind = "number" | "time" | "category";

/** A chart's data as numbers. */
export interface ChartData {
  axis: AxisKind;
  /** The place of each row on the axis, where it is not `category`; moments as milliseconds of the wall clock. */
  places: readonly (number | undefined)[];
  series: readonly { name: string; values: readonly (number | undefined)[] }[];
}

/** Reads a chart's rows. Moments are placed by the clock of a time zone. */
export function chartData({ rows, x, y }: DisplayChart, timeZone = getLocalTimeZone()): ChartData {
  const keys = rows.map((row) => fieldOf(row, x));
  const numbers = keys.map(numberOf);
  const moments = keys.map((value) => momentOf(value, timeZone));
  const axis = isFull(numbers) ? "number" : isFull(moments) ? "time" : "category";
  return {
    axis,
    places: axis === "time" ? moments : numbers,
    series: y.map((name) => ({ name, values: rows.map((row) => numberOf(fieldOf(row, name))) })),
  };
}

/** The field of a row. */
export function fieldOf(row: RecordValue, name: string): Value | undefined {
  return row.fields.find((field) => field.name === name)?.value;
}

function numberOf(value: Value | undefined): number | undefined {
  const kind = value?.kind;
  switch (kind?.case) {
    case "doubleValue":
      return Number.isFinite(kind.value) ? kind.value : undefined;
    case "int64Value":
    case "decimalValue":
      return Number(kind.value);
    default:
      return undefined;
  }
}

function momentOf(value: Value | undefined, timeZone: string): number | undefined {
  const kind = value?.kind;
  switch (kind?.case) {
    case "timestampValue": {
      const moment = timestampDate(kind.value).getTime();
      return moment + fromAbsolute(moment, timeZone).offset;
    }
    case "calendarDateValue": {
      const { year, month, day } = kind.value;
      return new Date(0).setUTCFullYear(year, month - 1, day);
    }
    default:
      return undefined;
  }
}

function isFull(places: readonly (number | undefined)[]): boolean {
  return places.length > 0 && places.every((place) => place !== undefined);
}
