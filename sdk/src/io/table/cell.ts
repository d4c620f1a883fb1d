import { create } from "@bufbuild/protobuf";
import { type TableCell, TableCellSchema, toValue } from "@interval/proto";
import type { Uploads } from "../../assets/assets.ts";
import { type ImageProps, toImage } from "../image.ts";
import { type LinkProps, toLink } from "../link.ts";
import { isRecord } from "../props.ts";
import { type HighlightColorName, toHighlightColor } from "../theme.ts";

/** A cell with more to it than its value. `label` is shown and filtered, `value` sorts. */
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
  /** What sorts. */
  value: unknown;
  /** What is shown where it differs from the value. */
  label?: string;
  /** What else the program said of it. */
  props?: Record<string, unknown>;
}

const cellProps = ["label", "value", "url", "route", "action", "params", "image", "highlightColor"];

/** What a `renderCell` returned, made even. */
export function plainCell(rendered: unknown): PlainCell {
  if (!isRecord(rendered) || rendered instanceof Date || !cellProps.some((name) => name in rendered)) {
    return { value: rendered };
  }
  return fromProps(rendered);
}

/** A row's own property, made even: a cell only where it cannot be anything else, since rows hold records of all sorts. */
export function plainValue(value: unknown): PlainCell {
  const isCell = isRecord(value) && "label" in value && Object.keys(value).every((name) => cellProps.includes(name));
  return isCell ? fromProps(value) : { value };
}

function fromProps(props: Record<string, unknown>): PlainCell {
  const { label, value } = props;
  // A Date alone is shown on the reader's clock, which only the browser knows.
  const isDate = label instanceof Date && value === undefined;
  const text = label === undefined || label === null || isDate ? undefined : textOf(label);
  return { value: value === undefined ? label : value, label: text, props };
}

/** What is shown of a value, as far as the host knows: what a filter compares. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part)) ?? "";
  } catch {
    return "";
  }
}

/** @throws {HostMisuseError} for a link, picture or colour that cannot be */
export function packCell({ value, label, props }: PlainCell, where: string, uploads: Uploads): TableCell {
  return create(TableCellSchema, {
    value: toValue(value),
    label,
    link: props && toLink(props, where),
    image: toImage(props?.image, `${where}: "image"`, uploads),
    highlightColor: toHighlightColor(props?.highlightColor, where),
  });
}
