import { create } from "@bufbuild/protobuf";
import { ChartKind, DisplayChartSchema, limits, RecordValueSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { Eventuals, type EventualValue } from "./eventual.ts";
import type { Built } from "./method.ts";
import type { DisplayProps, PropReader } from "./props.ts";
import { isPropertyRecord, property } from "./records.ts";

/** The kind of a chart. */
export type ChartKindName = "line" | "bar" | "area" | "pie" | "scatter";

export interface ChartProps<Row> extends DisplayProps {
  kind: ChartKindName;
  /** One row a point; the rows may be on their way. At most 5,000 points: rows times the fields in `y`. */
  data: EventualValue<readonly Row[]>;
  /** The field on the horizontal axis, or the names of a pie's slices: numbers, Dates or texts. */
  x: keyof Row & string;
  /** The field that is drawn, or several of them; a pie has one. Numbers; null, undefined, NaN and infinities leave a gap. */
  y: (keyof Row & string) | readonly (keyof Row & string)[];
  /** Whether lines, bars or areas add up. */
  stacked?: boolean;
}

const kinds = {
  line: ChartKind.LINE,
  bar: ChartKind.BAR,
  area: ChartKind.AREA,
  pie: ChartKind.PIE,
  scatter: ChartKind.SCATTER,
} satisfies Record<ChartKindName, ChartKind>;

export function displayChart<Row>(read: PropReader, _props: ChartProps<Row>): Built<"displayChart", null> {
  const kind = read.oneOf("kind", ["line", "bar", "area", "pie", "scatter"]);
  if (!kind) throw read.wrong("kind", 'one of "line", "bar", "area", "pie", "scatter"');
  const x = read.string("x");
  if (!x) throw read.wrong("x", "the name of a field");
  const y = fieldsOf(read, kind);
  const value = create(DisplayChartSchema, { kind: kinds[kind], x, y, stacked: read.boolean("stacked") });
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, read.raw("data"), (data) => {
    if (!Array.isArray(data)) throw read.wrong("data", "an array of rows", data);
    const points = data.length * y.length;
    if (points > limits.chartPoints) {
      throw new HostMisuseError(
        `${read.method}: "data" has ${points} points (${data.length} rows, ${y.length} in "y"); at most ${limits.chartPoints} can be drawn. Sum them up first.`,
      );
    }
    value.rows = data.map((row: unknown, i) => toPoint(read, row, x, y, kind, `data[${i}]`));
  });
  return { kind: { case: "displayChart", value }, later: eventuals.later };
}

function fieldsOf(read: PropReader, kind: ChartKindName): string[] {
  const given = read.raw("y");
  const fields: unknown[] = Array.isArray(given) ? given : [given];
  const names = fields.filter((name) => typeof name === "string" && name !== "") as string[];
  const distinct = new Set(names).size === fields.length && fields.length > 0;
  if (!distinct) throw read.wrong("y", "the name of a field, or an array of distinct ones");
  if (kind === "pie" && names.length > 1) throw read.wrong("y", "one field: a pie shows one whole");
  return names;
}

/** Only what is drawn is sent. What is no finite number cannot be drawn: it is a gap, and no reason to fail a run. */
function toPoint(
  read: PropReader,
  given: unknown,
  x: string,
  y: readonly string[],
  kind: ChartKindName,
  place: string,
) {
  if (!isPropertyRecord(given)) throw read.wrong(place, "an object", given);
  const fields = [...new Set([x, ...y])].map((name) => {
    const [value, at] = [property(given, name), `${place}.${name}`];
    return { name, value: read.pack(y.includes(name) ? toHeight(read, value, kind, at) : value, at) };
  });
  return create(RecordValueSchema, { fields });
}

function toHeight(read: PropReader, number: unknown, kind: ChartKindName, place: string) {
  if (number === undefined || number === null) return number;
  if (typeof number !== "bigint" && typeof number !== "number") throw read.wrong(place, "a number", number);
  if (typeof number === "number" && !Number.isFinite(number)) {
    read.warn(`${read.method}: "${place}" is ${number}, which leaves a gap.`);
    return undefined;
  }
  if (kind === "pie" && number < 0) throw read.wrong(place, "a number of at least 0 in a pie", number);
  return number;
}
