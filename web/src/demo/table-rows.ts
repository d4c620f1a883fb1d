import type { MessageInitShape } from "@bufbuild/protobuf";
import { HighlightColor, type TableRowSchema, Theme, toValue } from "@interval/proto";

type Row = MessageInitShape<typeof TableRowSchema>;

const names = ["Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Edsger Dijkstra", "Barbara Liskov"];

/** The columns of the demo's tables. */
export const demoColumns = [
  { key: "id", label: "Charge" },
  { key: "customer", label: "Customer" },
  { key: "amount", label: "Amount" },
  { key: "status", label: "Status" },
  { key: "when", label: "When" },
];

/** The rows of the demo's tables. */
export const demoRows: Row[] = Array.from({ length: 145 }, (_, index) => ({
  key: `ch_${index}`,
  cells: {
    id: { value: toValue(`ch_${1000 + index}`) },
    customer: { value: toValue(names[index % 5]) },
    amount: { value: toValue(1250 * ((index % 7) + 1)), label: `$${(12.5 * ((index % 7) + 1)).toFixed(2)}` },
    status:
      index % 4 === 0
        ? { value: toValue("disputed"), highlightColor: HighlightColor.ORANGE }
        : { value: toValue("paid"), highlightColor: HighlightColor.GREEN },
    when: { value: toValue(new Date(Date.UTC(2026, 10, 1 + (index % 24), 9, index))) },
  },
  menu: [
    { label: "Open customer", link: { target: { case: "route", value: { path: "users/create" } } } },
    { label: "Website", link: { target: { case: "url", value: "https://example.com" } } },
    { label: "Refunded already", disabled: true, link: { target: { case: "route", value: { path: "refund" } } } },
    { label: "Delete", theme: Theme.DANGER, link: { target: { case: "route", value: { path: "question" } } } },
  ],
}));

/** A table of the demo, of which more is fetched. */
export const demoTable = {
  columns: demoColumns,
  firstPage: { rows: demoRows.slice(0, 10), totalRows: BigInt(demoRows.length), hasMore: true },
  pageSize: 10,
  sortable: true,
  filterable: true,
};
