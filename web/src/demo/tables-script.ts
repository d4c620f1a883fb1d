import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  HighlightColor,
  type IoComponentSchema,
  TableOrientation,
  type TableRowSchema,
  toValue,
} from "@interval/proto";
import type { Step } from "./scripts.ts";
import { demoRows, demoTable } from "./table-rows.ts";

type Component = MessageInitShape<typeof IoComponentSchema>;
type Row = MessageInitShape<typeof TableRowSchema>;

const avatar = (hue: number) => ({
  source: {
    case: "url" as const,
    value: `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="hsl(${hue} 60% 70%)"/><circle cx="4" cy="3" r="1.6" fill="#fff"/><path d="M1 8a3 3 0 0 1 6 0" fill="#fff"/></svg>`)}`,
  },
});
const story =
  "A note that goes on for much longer than a cell is wide: it tells of a customer who has written three times, with **emphasis**, about one and the same parcel, and who would now like to know where it is, why it is there, and who has let it lie in the rain.";

const people: Row[] = [
  {
    key: "1",
    cells: {
      name: {
        label: "Ada Lovelace",
        image: avatar(200),
        link: { target: { case: "route", value: { path: "hello" } } },
      },
      site: { label: "example.com", link: { target: { case: "url", value: "https://example.com" } } },
      note: { value: toValue(story) },
      plan: { value: toValue("Pro"), highlightColor: HighlightColor.PURPLE },
      seats: { value: toValue(12_500) },
    },
  },
  {
    key: "2",
    cells: {
      name: { label: "Grace Hopper", image: avatar(20) },
      site: { value: toValue(null) },
      note: { value: toValue("See *the manual*") },
      plan: { value: toValue("Free"), highlightColor: HighlightColor.GRAY },
      seats: { value: toValue(3) },
    },
  },
];
const columns = [
  { key: "name", label: "Name" },
  { key: "site", label: "Site" },
  { key: "note", label: "Note" },
  { key: "plan", label: "Plan" },
  { key: "seats", label: "Seats" },
];
const pending = { state: { case: "pending" as const, value: {} } };
const failed = { state: { case: "error" as const, value: "The database did not answer within 5 s." } };

const shown: Component[] = [
  {
    key: "people",
    label: "People",
    kind: {
      case: "displayTable",
      value: { table: { columns, pageSize: 20, firstPage: { rows: people, totalRows: 2n }, sortable: true } },
    },
  },
  {
    key: "vertical",
    label: "Charges, as blocks",
    kind: {
      case: "displayTable",
      value: {
        table: {
          ...demoTable,
          pageSize: 2,
          orientation: TableOrientation.VERTICAL,
          firstPage: { ...demoTable.firstPage, rows: demoRows.slice(0, 2) },
        },
      },
    },
  },
  {
    key: "pending",
    label: "On its way",
    kind: {
      case: "displayTable",
      value: { table: { columns: columns.slice(0, 3), pageSize: 4 }, eventual: pending },
    },
  },
  {
    key: "failed",
    label: "Failed",
    kind: { case: "displayTable", value: { table: { ...demoTable, firstPage: undefined }, eventual: failed } },
  },
  {
    key: "empty",
    label: "Nothing in it",
    kind: {
      case: "displayTable",
      value: { table: { ...demoTable, firstPage: { rows: [], totalRows: 0n } } },
    },
  },
];

/** A run that shows tables, and asks for rows. */
export const tablesScript: Step[] = [
  { case: "called", value: { call: { key: "shown", components: shown } } },
  {
    case: "called",
    value: {
      call: {
        key: "asked",
        awaitsAnswer: true,
        components: [
          {
            key: "any",
            label: "Any charges",
            helpText: "All of a filter may be selected at once.",
            kind: { case: "selectTable", value: { table: demoTable, minSelections: 1 } },
          },
          {
            key: "blocks",
            label: "One or two charges",
            kind: {
              case: "selectTable",
              value: {
                table: {
                  ...demoTable,
                  pageSize: 3,
                  orientation: TableOrientation.VERTICAL,
                  firstPage: { ...demoTable.firstPage, rows: demoRows.slice(0, 3) },
                },
                minSelections: 1,
                maxSelections: 2,
                initiallySelected: ["ch_1"],
              },
            },
          },
        ],
      },
    },
  },
  { case: "finished", value: { outcome: { case: "success", value: {} } } },
];
