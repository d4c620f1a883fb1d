import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, IoPageSchema, SelectTableSchema, type SelectTableValue } from "@interval/proto";
import { BadResponseError } from "../errors.ts";
import { type Built, type Reading, reading, refused, taken } from "./method.ts";
import { type CommonProps, type PropReader, show } from "./props.ts";
import { type MemoryTable, readTable, type TableProps } from "./table.ts";

export interface SelectTableProps<Row> extends TableProps<Row>, CommonProps {
  /** The fewest rows allowed; none by default. */
  minSelections?: number;
  /** The most rows allowed. */
  maxSelections?: number;
  /** The rows selected at first. */
  initiallySelected?: readonly NoInfer<Row>[];
}

export function selectTable<Row>(read: PropReader, props: SelectTableProps<Row>): Built<"selectTable", Row[]> {
  const table = readTable(read, props);
  read.ordered("minSelections", "maxSelections");
  const minSelections = read.integer("minSelections", 0);
  const maxSelections = read.integer("maxSelections", 0);
  const value = create(SelectTableSchema, {
    table: table.message,
    minSelections,
    maxSelections,
    initiallySelected: selectedAtFirst(read, table),
  });
  const indexes = new Map(table.keys.map((key, i) => [key, i]));
  const bounds = { min: minSelections ?? 0, max: maxSelections ?? Number.POSITIVE_INFINITY };
  return {
    kind: { case: "selectTable", value },
    read: reading("selectTable", (answer) => readRows(table, indexes, answer, bounds)),
    empty: [],
    serve: async ({ kind }) => {
      if (kind.case !== "selectTable" || !kind.value.query) throw new BadResponseError("This is not a table's query.");
      return create(IoPageSchema, {
        kind: { case: "selectTable", value: { page: await table.page(kind.value.query) } },
      });
    },
  };
}

function readRows<Row>(
  table: MemoryTable<Row>,
  indexes: ReadonlyMap<string, number>,
  { rowKeys, allOf }: SelectTableValue,
  { min, max }: { min: number; max: number },
): Reading<Row[]> {
  const unknown = rowKeys.find((key) => !indexes.has(key));
  if (unknown !== undefined) {
    return refused(FieldErrorCode.UNKNOWN_OPTION, "A selected row is not in the table.", { actual: unknown });
  }
  const named = new Set(rowKeys.map((key) => indexes.get(key)));
  const all = table.rows.map((_, i) => i);
  const chosen = allOf
    ? table
        .query(allOf)
        .filter((i) => !named.has(i))
        .sort((a, b) => a - b)
    : all.filter((i) => named.has(i));
  const params = { min, max, actual: chosen.length };
  if (chosen.length < min) return refused(FieldErrorCode.TOO_FEW, `Select at least ${min}.`, params);
  if (chosen.length > max) return refused(FieldErrorCode.TOO_MANY, `Select at most ${max}.`, params);
  const rows = chosen.map((i) => table.rows[i] as Row);
  return taken(rows, rows);
}

function selectedAtFirst<Row>(read: PropReader, { rows, keys }: MemoryTable<Row>): string[] {
  const given = read.list("initiallySelected");
  if (!given) return [];
  const byRow = new Map<unknown, string | undefined>(rows.map((row, i) => [row, keys[i]]));
  return given.flatMap((row) => {
    const key = byRow.get(row);
    if (key !== undefined) return [key];
    read.warnings.push(`${read.method}: "initiallySelected" holds ${show(row)} that is not among the rows.`);
    return [];
  });
}
