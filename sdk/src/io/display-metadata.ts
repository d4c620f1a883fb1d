import { create } from "@bufbuild/protobuf";
import { DisplayMetadataSchema, type MetadataItem, MetadataItemSchema, MetadataLayout } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { numbered } from "./compose.ts";
import { Eventuals, type EventualValue } from "./eventual.ts";
import { type ImageProps, toImage } from "./image.ts";
import { type Params, toLink } from "./link.ts";
import type { Build } from "./method.ts";
import { type DisplayProps, type PropReader, show } from "./props.ts";
import { hasProperty, isPropertyRecord } from "./records.ts";

/** One labelled value. Each part may be on its way. */
export interface MetadataItemProps {
  label: EventualValue<string>;
  /** Any value; lists and records are shown as a tree. */
  value?: EventualValue<unknown>;
  /** Where a click leads: an address with the scheme http, https or mailto. */
  url?: EventualValue<string | null | undefined>;
  /** Where a click leads: the path of an action or page. */
  route?: EventualValue<string | null | undefined>;
  /** Parameters for the route. */
  params?: EventualValue<Params | null | undefined>;
  /** @deprecated the older spelling of `route` */
  action?: EventualValue<string | null | undefined>;
  /** A picture beside the value. */
  image?: EventualValue<ImageProps | null | undefined>;
  /** Identifies the item; by default its label does. */
  key?: string;
}

export interface MetadataProps extends DisplayProps {
  /** The items in their order; the whole list may be on its way. */
  data: EventualValue<readonly MetadataItemProps[]>;
  /** `grid` by default. */
  layout?: "grid" | "list" | "card";
}

const layouts = {
  grid: MetadataLayout.GRID,
  list: MetadataLayout.LIST,
  card: MetadataLayout.CARD,
} satisfies Record<NonNullable<MetadataProps["layout"]>, MetadataLayout>;

export const displayMetadata: Build<MetadataProps, "displayMetadata", null> = (read) => {
  const layout = read.oneOf("layout", ["grid", "list", "card"]) ?? "grid";
  const value = create(DisplayMetadataSchema, { layout: layouts[layout] });
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, read.raw("data"), (data) => {
    if (!Array.isArray(data)) throw read.wrong("data", "an array of { label, value }", data);
    const taken = new Map<string, number>();
    value.items = data.map((item: unknown, i) => toItem(read, item, `data[${i}]`, eventuals, taken));
  });
  return { kind: { case: "displayMetadata", value }, later: eventuals.later };
};

function toItem(
  read: PropReader,
  given: unknown,
  place: string,
  eventuals: Eventuals,
  taken: Map<string, number>,
): MetadataItem {
  const where = `${read.method}: "${place}"`;
  if (!isPropertyRecord(given))
    throw new HostMisuseError(`${where} must be { label, value }, but it is ${show(given)}.`);
  const { label, value, key } = given;
  const base = typeof key === "string" ? key : typeof label === "string" ? label : "item";
  const item = create(MetadataItemSchema, { key: numbered(base, taken) });
  const put = (part: unknown, assign: (value: unknown) => void) => eventuals.into<unknown>(item, part, assign);

  put(label, (text) => {
    if (typeof text !== "string")
      throw new HostMisuseError(`${where}: "label" must be a string, but it is ${show(text)}.`);
    item.label = text;
  });
  if (hasProperty(given, "value")) {
    put(value, (shown) => {
      item.value = read.pack(shown, `${place}.value`);
    });
  }
  put(given.image, (image) => {
    item.image = toImage(image, `${where}: "image"`, read.uploads);
  });
  const target: Record<string, unknown> = {};
  for (const name of ["url", "route", "params", "action"] as const) {
    put(given[name], (part) => {
      target[name] = part ?? undefined;
      item.link = toLink(target, where);
    });
  }
  return item;
}
