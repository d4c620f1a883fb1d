import { create } from "@bufbuild/protobuf";
import {
  DisplayGridSchema,
  type GridItem,
  GridItemSchema,
  GridPageSchema,
  IoPageSchema,
  limits,
} from "@interval/proto";
import { Uploads } from "../assets/assets.ts";
import { BadResponseError, HostMisuseError } from "../errors.ts";
import { Eventuals, type EventualValue } from "./eventual.ts";
import { type FramedImageProps, toImage } from "./image.ts";
import { type LinkProps, type MenuItem, toLink, toMenu } from "./link.ts";
import type { Built, Screen } from "./method.ts";
import { type DisplayProps, isRecord, type PropReader, show } from "./props.ts";
import { joined, readRefreshing } from "./refresh.ts";
import { textOf } from "./table/cell.ts";
import type { ReadColumn } from "./table/columns.ts";
import { allRows, FetchedRows } from "./table/fetched.ts";
import { type RowKey, rowKeys } from "./table/keys.ts";
import type { GetData, TableRows } from "./table/props.ts";
import { MemoryRows, type RowPage, type RowSource } from "./table/rows.ts";

/** One card: what `renderItem` returns. `url` or `route` is where a click on it leads. */
export interface GridItemProps extends LinkProps {
  /** The card's title. */
  label?: string | number | bigint | Date | null;
  /** A second line, as inline markdown. */
  description?: string | null;
  image?: FramedImageProps | null;
  /** What can be done with the item. */
  menu?: readonly MenuItem[] | null;
}

/** What all grids accept beside their items. */
interface GridOptions<Row> extends DisplayProps {
  /** What a card shows of an item. */
  renderItem: (row: Row) => GridItemProps;
  /** What tells items apart; by default an `id` that is distinct, else the position, with `getData` the content. */
  rowKey?: RowKey<Row>;
  /** The width of a card that is aimed at, in CSS pixels. */
  idealColumnWidth?: number;
  /** Items on a page, at most 100; 20 by default. */
  defaultPageSize?: number;
  /** Whether a filter field is shown, which finds items by label and description; true by default. */
  isFilterable?: boolean;
  /**
   * Reads the items again every so many milliseconds, for as long as somebody looks at them: at least 1000. It needs `getData`, or `data` as a function.
   * By default they are read again when the operator or `ctx.refresh` asks for it.
   */
  refreshEvery?: number;
}

/** A grid's items are rows as a table's are: `data`, which may be on its way, or `getData`. */
export type GridProps<Row> = GridOptions<Row> & TableRows<Row, EventualValue<readonly Row[]>>;

export function displayGrid<Row>(read: PropReader, _props: GridProps<Row>): Built<"displayGrid", null> {
  const render = read.function<GridProps<Row>["renderItem"]>("renderItem");
  if (!render) throw read.wrong("renderItem", "a function that returns { label, description?, image? }");
  const { max, default: usual } = limits.tablePageSize;
  const pageSize = read.integer("defaultPageSize", 1, max) ?? usual;
  const refreshing = readRefreshing(read);
  const value = create(DisplayGridSchema, {
    pageSize,
    idealColumnWidth: read.integer("idealColumnWidth", 1, 4000),
    filterable: read.boolean("isFilterable") ?? true,
    retriable: refreshing.refreshable,
    ...refreshing,
  });
  const toItem = (row: Row) => checked(render(row), `${read.method}: "renderItem"`);
  const pack = ({ rows, keys, total, hasMore }: RowPage<Row>, offset: number, uploads: Uploads) =>
    create(GridPageSchema, {
      items: rows.map((row, i) => packItem(toItem(row), keys[i] ?? "", `${read.method}: "renderItem"`, uploads)),
      offset: BigInt(offset),
      totalItems: total === undefined ? undefined : BigInt(total),
      hasMore,
    });

  let source: RowSource<Row> | undefined;
  let screen: Screen | undefined;
  const given = read.raw("data");
  const toRows = (data: unknown): MemoryRows<Row> => {
    if (!Array.isArray(data)) throw read.wrong("data", 'an array of items, unless there is a "getData"', data);
    checkItems(data, (i) => `${read.method}: "data[${i}]"`);
    return new MemoryRows<Row>(data, [cardColumn(toItem)], rowKeys(read, data));
  };
  const eventuals = new Eventuals();
  const getData = read.function<GetData<Row>>("getData");
  if (getData) {
    const fetched = new FetchedRows(read, getData, { check: checkItems });
    source = fetched;
    eventuals.into(
      value,
      async () => fetched.page(allRows, 0, pageSize, new AbortController().signal),
      (page) => {
        value.firstPage = pack(page, 0, read.uploads);
      },
    );
  } else {
    eventuals.into<unknown>(value, given, (data) => {
      const rows = toRows(data);
      source = rows;
      value.firstPage = pack(rows.first(0, pageSize), 0, read.uploads);
    });
  }
  // A function may give something else when it is called again; a promise does not.
  const readAll = joined(async (): Promise<RowSource<Row>> => {
    source = toRows(await (typeof given === "function" ? given() : given));
    return source;
  });
  /** Brings the items, again where they were there. */
  const readAgain = async () => (getData && source ? source : readAll());
  return {
    kind: { case: "displayGrid", value },
    reload: !refreshing.refreshable
      ? undefined
      : async (signal) => {
          const page = await (await readAgain()).page(allRows, 0, pageSize, signal);
          value.firstPage = pack(page, 0, read.uploads);
          value.eventual = undefined;
        },
    later:
      eventuals.later &&
      (async (where) => {
        screen = where;
        await eventuals.later?.(where);
      }),
    serve: async ({ kind }, signal) => {
      if (kind.case !== "displayGrid" || !kind.value.query) throw new BadResponseError("This is not a grid's query.");
      if (!source && value.eventual?.state.case !== "error") throw new BadResponseError("The items are not there yet.");
      const { queryTerm, pageSize: asked, reload } = kind.value.query;
      const items = reload && refreshing.refreshable ? await readAgain() : (source ?? (await readAll()));
      const offset = Math.max(0, Number(kind.value.query.offset));
      const uploads = new Uploads(read.assets);
      const page = await items.page({ ...allRows, queryTerm }, offset, Math.min(max, asked || pageSize), signal);
      const packed = pack(page, offset, uploads);
      await uploads.done();
      if (!value.firstPage && offset === 0 && queryTerm === "") {
        value.firstPage = packed;
        value.eventual = undefined;
        screen?.changed();
      }
      return create(IoPageSchema, { kind: { case: "displayGrid", value: { page: packed } } });
    },
  };
}

/** To a filter a card is a row of one column. */
function cardColumn<Row>(toItem: (row: Row) => Record<string, unknown>): ReadColumn<Row> {
  const shown = (row: Row) => textsOf(toItem(row)).join("\n");
  return {
    key: "",
    name: "",
    label: "",
    shown,
    value: shown,
    cell: (row) => ({ value: shown(row) }),
    isRendered: true,
  };
}

/** Items may be anything that the program makes cards of. */
function checkItems(items: readonly unknown[], where: (index: number) => string): void {
  for (const [i, item] of items.entries()) {
    if (item === undefined || item === null)
      throw new HostMisuseError(`${where(i)} must be an item, but it is ${show(item)}.`);
  }
}

function checked(item: unknown, where: string): Record<string, unknown> {
  if (isRecord(item) && !("then" in item)) return item;
  throw new HostMisuseError(`${where} must return { label, description?, image? }, but it returned ${show(item)}.`);
}

function textsOf({ label, description }: Record<string, unknown>): string[] {
  return [textOf(label), textOf(description)];
}

function packItem(item: Record<string, unknown>, key: string, where: string, uploads: Uploads): GridItem {
  const [label, description] = textsOf(item);
  const menu = item.menu ?? [];
  if (!Array.isArray(menu)) throw new HostMisuseError(`${where}, "menu" must be an array, but it is ${show(menu)}.`);
  return create(GridItemSchema, {
    key,
    label: label || undefined,
    description: description || undefined,
    image: toImage(item.image, `${where}, "image"`, uploads),
    menu: toMenu(menu, `${where}, "menu"`),
    link: toLink(item, where),
  });
}
