import type { Kind } from "@interval/proto";
import type { ConfirmProps } from "./confirm.ts";
import type { ChartProps } from "./display-chart.ts";
import type { CodeProps } from "./display-code.ts";
import type { GridProps } from "./display-grid.ts";
import type { HeadingProps } from "./display-heading.ts";
import type { HtmlProps } from "./display-html.ts";
import type { DisplayImageProps } from "./display-image.ts";
import type { DisplayLinkProps } from "./display-link.ts";
import type { MetadataProps } from "./display-metadata.ts";
import type { ObjectProps } from "./display-object.ts";
import type { DisplayTableProps } from "./display-table.ts";
import type { VideoProps } from "./display-video.ts";
import type { BooleanProps } from "./input-boolean.ts";
import type { DateProps, DateValue } from "./input-date.ts";
import type { DatetimeProps, DatetimeValue } from "./input-datetime.ts";
import type { EmailProps } from "./input-email.ts";
import type { FileProps } from "./input-file.ts";
import type { NumberProps } from "./input-number.ts";
import type { RichTextProps } from "./input-rich-text.ts";
import type { SliderProps } from "./input-slider.ts";
import type { SpreadsheetColumns, SpreadsheetProps, SpreadsheetRowValue } from "./input-spreadsheet.ts";
import type { TextProps } from "./input-text.ts";
import type { TimeProps, TimeValue } from "./input-time.ts";
import type { UrlProps } from "./input-url.ts";
import type { IoFile } from "./io-file.ts";
import {
  DisplayPromise,
  ExclusivePromise,
  type GroupMember,
  GroupPromise,
  InputPromise,
  ItemPromise,
} from "./io-promise.ts";
import type { AnyBuilt } from "./method.ts";
import { methods } from "./methods.ts";
import type { Option, ValueOfOption } from "./options.ts";
import { type DisplayProps, isRecord, type PropReader } from "./props.ts";
import type { SearchProps } from "./search.ts";
import type { SelectMultipleProps } from "./select-multiple.ts";
import type { SelectSingleProps } from "./select-single.ts";
import type { SelectTableProps } from "./select-table.ts";
import { describedBy, type GroupOptions, nameOf, type Performer, type Spec } from "./spec.ts";

/** What a group resolves to: the same shape, with a value in the place of each member. */
export type GroupValue<G> = { -readonly [K in keyof G]: G[K] extends GroupMember<infer T> ? T : never };

/** What may be given to a group. */
export type GroupItems = readonly GroupMember<unknown>[] | { readonly [key: string]: GroupMember<unknown> };

/** The I/O methods. Each returns a promise-like; nothing is sent until it is awaited or put in a group. */
export type Io = ReturnType<typeof createIo>;

/**
 * Makes the I/O methods.
 * @param run the run that they belong to; where there is none, it is the one in which they are awaited
 */
export function createIo(run: () => Performer | undefined) {
  const describe = <P>(
    method: string,
    kind: Kind,
    build: (read: PropReader, props: P) => AnyBuilt,
    label: string,
    props: P,
  ): Spec => {
    const body = { type: "component", kind, label, props, build: (read: PropReader) => build(read, props) } as const;
    return remembered({ method, body, alone: kind === "confirm" }, run(), describe);
  };

  const describeGroup = (items: GroupItems, options: GroupOptions): Spec => {
    for (const item of membersOf(items)) describedBy(item)?.made?.use();
    const body = { type: "group", items, options } as const;
    return remembered({ method: "io.group", body, alone: false }, run(), describeGroup);
  };

  const spreadsheet =
    (method: string) =>
    <const C extends SpreadsheetColumns>(label: string, props: SpreadsheetProps<C>) =>
      new InputPromise<SpreadsheetRowValue<C>[]>(
        describe(method, "inputSpreadsheet", methods.inputSpreadsheet<C>, label, props),
      );

  return {
    input: {
      /** Asks for a text. */
      text: (label: string, props: TextProps = {}) =>
        new InputPromise<string>(describe("io.input.text", "inputText", methods.inputText, label, props)),
      /** Asks for an e-mail address. */
      email: (label: string, props: EmailProps = {}) =>
        new InputPromise<string>(describe("io.input.email", "inputEmail", methods.inputEmail, label, props)),
      /** Asks for a number; a whole one unless `decimals` or `currency` says otherwise. */
      number: (label: string, props: NumberProps = {}) =>
        new InputPromise<number>(describe("io.input.number", "inputNumber", methods.inputNumber, label, props)),
      /** Asks for a number between `min` and `max` on a track. */
      slider: (label: string, props: SliderProps) =>
        new InputPromise<number>(describe("io.input.slider", "inputSlider", methods.inputSlider, label, props)),
      /** Asks for an absolute address; one of http or https unless `allowedProtocols` says otherwise. */
      url: (label: string, props: UrlProps = {}) =>
        new InputPromise<URL>(describe("io.input.url", "inputUrl", methods.inputUrl, label, props)),
      /** Asks for yes or no with a box. */
      boolean: (label: string, props: BooleanProps = {}) =>
        new InputPromise<boolean>(describe("io.input.boolean", "inputBoolean", methods.inputBoolean, label, props)),
      /** Asks for formatted text, and gives its HTML: no scripts, styles, classes or handlers. */
      richText: (label: string, props: RichTextProps = {}) =>
        new InputPromise<string>(describe("io.input.richText", "inputRichText", methods.inputRichText, label, props)),
      /** Asks for a day. */
      date: (label: string, props: DateProps = {}) =>
        new InputPromise<DateValue>(describe("io.input.date", "inputDate", methods.inputDate, label, props)),
      /** Asks for a time on the clock. */
      time: (label: string, props: TimeProps = {}) =>
        new InputPromise<TimeValue>(describe("io.input.time", "inputTime", methods.inputTime, label, props)),
      /** Asks for a day and a time, as they stand on the operator's clock. */
      datetime: (label: string, props: DatetimeProps = {}) =>
        new InputPromise<DatetimeValue>(
          describe("io.input.datetime", "inputDatetime", methods.inputDatetime, label, props),
        ),
      /**
       * Asks for a file; `.multiple()` for several.
       *
       * @example
       * const report = await io.input.file("Report", { allowedExtensions: ["csv"], maxSize: 10_000_000 });
       * const text = await report.text();
       */
      file: (label: string, props: FileProps = {}) =>
        new ItemPromise<IoFile, never>(describe("io.input.file", "inputFile", methods.inputFile, label, props)),
      /**
       * Asks for rows with typed columns: typed, pasted or imported.
       *
       * @example const people = await io.input.spreadsheet("People", { columns: { name: "string", age: "number?" } });
       */
      spreadsheet: spreadsheet("io.input.spreadsheet"),
    },
    experimental: {
      /** @deprecated the older name of `io.input.spreadsheet` */
      spreadsheet: spreadsheet("io.experimental.spreadsheet"),
    },
    select: {
      /** Asks for one of several options, and gives the very option. */
      single: <O extends Option>(label: string, props: SelectSingleProps<O>) =>
        new InputPromise<O>(describe("io.select.single", "selectSingle", methods.selectSingle<O>, label, props)),
      /** Asks for any of several options, and gives the very options in their order. */
      multiple: <O extends Option>(label: string, props: SelectMultipleProps<O>) =>
        new InputPromise<O[]>(
          describe("io.select.multiple", "selectMultiple", methods.selectMultiple<O>, label, props),
        ),
      /** Asks for rows of a table, and gives the very rows in the data's order. */
      table: <Row>(label: string, props: SelectTableProps<Row>) =>
        new InputPromise<Row[]>(describe("io.select.table", "selectTable", methods.selectTable<Row>, label, props)),
    },
    /**
     * Asks for an item that the program finds as the operator types, and gives the very item.
     *
     * @example
     * const user = await io.search("User", {
     *   onSearch: (query) => db.users.find(query),
     *   renderResult: ({ name, email }) => ({ label: name, description: email }),
     * });
     */
    search: <Item>(label: string, props: SearchProps<Item>) =>
      new ItemPromise<Item, Item | ValueOfOption<Item>>(
        describe("io.search", "search", methods.search<Item>, label, props),
      ),
    display: {
      /** Shows a heading. */
      heading: (label: string, props: HeadingProps = {}) =>
        new DisplayPromise(describe("io.display.heading", "displayHeading", methods.displayHeading, label, props)),
      /** Shows GitHub-flavoured markdown. */
      markdown: (label: string, props: DisplayProps = {}) =>
        new DisplayPromise(describe("io.display.markdown", "displayMarkdown", methods.displayMarkdown, label, props)),
      /** Shows HTML, without what could harm. */
      html: (label: string, props: HtmlProps) =>
        new DisplayPromise(describe("io.display.html", "displayHtml", methods.displayHtml, label, props)),
      /** Shows program text, coloured by its language. */
      code: (label: string, props: CodeProps) =>
        new DisplayPromise(describe("io.display.code", "displayCode", methods.displayCode, label, props)),
      /** Shows a picture: an address or its bytes. */
      image: (label: string, props: DisplayImageProps) =>
        new DisplayPromise(describe("io.display.image", "displayImage", methods.displayImage, label, props)),
      /** Shows a video: an address or its bytes. */
      video: (label: string, props: VideoProps) =>
        new DisplayPromise(describe("io.display.video", "displayVideo", methods.displayVideo, label, props)),
      /** Shows the label as a button that leads to an address, an action or a page. */
      link: (label: string, props: DisplayLinkProps) =>
        new DisplayPromise(describe("io.display.link", "displayLink", methods.displayLink, label, props)),
      /**
       * Shows labelled values.
       *
       * @example await io.display.metadata("Customer", { data: [{ label: "Name", value: "Ada" }, { label: "Orders", value: countOrders }] });
       */
      metadata: (label: string, props: MetadataProps) =>
        new DisplayPromise(describe("io.display.metadata", "displayMetadata", methods.displayMetadata, label, props)),
      /** Shows a value as a tree. */
      object: (label: string, props: ObjectProps) =>
        new DisplayPromise(describe("io.display.object", "displayObject", methods.displayObject, label, props)),
      /** Shows rows as a table. */
      table: <Row>(label: string, props: DisplayTableProps<Row>) =>
        new DisplayPromise(describe("io.display.table", "displayTable", methods.displayTable<Row>, label, props)),
      /**
       * Shows items as cards, page by page.
       *
       * @example await io.display.grid("Trails", { data: trails, renderItem: ({ name, photo }) => ({ label: name, image: { url: photo } }) });
       */
      grid: <Row>(label: string, props: GridProps<Row>) =>
        new DisplayPromise(describe("io.display.grid", "displayGrid", methods.displayGrid<Row>, label, props)),
      /**
       * Shows numbers as a chart, with the same numbers as a table beside it.
       *
       * @example await io.display.chart("Revenue", { kind: "bar", data: months, x: "month", y: ["online", "stores"], stacked: true });
       */
      chart: <Row>(label: string, props: ChartProps<Row>) =>
        new DisplayPromise(describe("io.display.chart", "displayChart", methods.displayChart<Row>, label, props)),
    },
    /** Asks for a yes or no. It stands alone. */
    confirm: (label: string, props: ConfirmProps = {}) =>
      new ExclusivePromise<boolean>(describe("io.confirm", "confirm", methods.confirm, label, props)),
    /**
     * Shows several together, and gives their values in the same shape. A group within a group is a section.
     *
     * @example const { name, age } = await io.group({ name: io.input.text("Name"), age: io.input.number("Age").optional() });
     */
    group: <const G extends GroupItems>(items: G, options: GroupOptions = {}) =>
      new GroupPromise<GroupValue<G>>(describeGroup(items, options)),
  };
}

/** What a method describes, remembered by its run until it is used. */
function remembered(
  asked: Pick<Spec, "method" | "body" | "alone">,
  run: Performer | undefined,
  below: (...args: never[]) => unknown,
): Spec {
  const described: Spec = { ...asked, optional: false, validators: [], run };
  described.made = run?.unused.add({ name: () => nameOf(described), fault: run.unusedFault }, below);
  return described;
}

/** What a program puts into a group, whatever that is: what is wrong with it is said once the group is awaited. */
function membersOf(items: unknown): readonly unknown[] {
  return Array.isArray(items) ? items : isRecord(items) ? Object.values(items) : [];
}
