import { create } from "@bufbuild/protobuf";
import { fromValue, invalidDate, type TableCell, TableCellSchema, toValue } from "@interval/proto";
import type { Uploads } from "../../assets/assets.ts";
import { type ImageProps, toImage } from "../image.ts";
import { type LinkProps, toLink } from "../link.ts";
import type { PropReader } from "../props.ts";
import { hasProperty, isScalar, property } from "../records.ts";
import { type HighlightColorName, toHighlightColor } from "../theme.ts";

/** A cell with more to it than its value. `label` is shown and filtered, `value` sorts and is exported. */
export interface CellObject extends LinkProps {
  label?: string | number | boolean | bigint | Date | null;
  value?: unknown;
  image?: ImageProps;
  highlightColor?: HighlightColorName;
}

/** What `renderCell` may return. */
export type Cell = CellObject | string | number | boolean | bigint | Date | null | undefined;

/** A cell before it is packed: what filters and sorts need. */
export interface PlainCell {
  /** What is shown where there is no label. */
  value: unknown;
  /** Whether the program said what the cell is worth, beside what it shows. */
  hasValue?: boolean;
  /** What is shown where it differs from the value. */
  label?: string;
  /** What else the program said of it. */
  props?: Record<string, unknown>;
}

const cellProps = ["label", "value", "url", "route", "action", "params", "image", "highlightColor"];

/** What a `renderCell` returned, made even. */
export function plainCell(rendered: unknown): PlainCell {
  return cellProps.some((name) => hasProperty(rendered, name)) ? fromProps(rendered) : { value: rendered };
}

/** A row's own property, made even: a cell only where it cannot be anything else, since rows hold records of all sorts. */
export function plainValue(value: unknown): PlainCell {
  const isCell = hasProperty(value, "label") && Object.keys(value).every((name) => cellProps.includes(name));
  return isCell ? fromProps(value) : { value };
}

function fromProps(given: unknown): PlainCell {
  const props = Object.fromEntries(cellProps.map((name) => [name, property(given, name)]));
  const { label, value } = props;
  const hasValue = hasProperty(given, "value");
  // A Date alone is shown on the reader's clock, which only the browser knows.
  const isDate = label instanceof Date && !hasValue;
  const text = label === undefined || label === null || isDate ? undefined : textOf(label);
  return { value: hasValue ? value : label, hasValue, label: text, props };
}

/** What is shown of a value, as far as the host knows: what a filter compares. */
export function textOf(value: unknown): string {
  if (isScalar(value)) return String(value);
  if (typeof value !== "object" || value === null) return "";
  return value instanceof Date ? isoText(value) : jsonText(value);
}

/** A moment in ISO 8601 with its zone, which is UTC. */
function isoText(date: Date): string {
  return Number.isNaN(date.getTime()) ? invalidDate : date.toISOString();
}

/** A list, a record and the like as JSON, with what JSON does not have: a bigint as its digits, a Map as a record, bytes in Base64. */
function jsonText(value: object): string {
  const known = fromValue(toValue(value));
  if (typeof known === "string") return known;
  const text = JSON.stringify(known, (_name, part: unknown) => {
    if (typeof part === "bigint") return String(part);
    if (part instanceof Map) return Object.fromEntries(part);
    if (part instanceof Uint8Array) return Buffer.from(part).toString("base64");
    return part instanceof Set ? [...part] : part;
  });
  return text ?? "";
}

/** @throws {HostMisuseError} for a link, picture or colour that cannot be */
export function packCell(
  { value, label, props }: PlainCell,
  column: string,
  read: PropReader,
  uploads: Uploads,
): TableCell {
  const where = `${read.method}, column "${column}"`;
  return create(TableCellSchema, {
    value: read.pack(value, column),
    label: label?.toWellFormed(),
    link: props && toLink(props, where),
    image: toImage(props?.image, `${where}: "image"`, uploads),
    highlightColor: toHighlightColor(props?.highlightColor, where),
  });
}
