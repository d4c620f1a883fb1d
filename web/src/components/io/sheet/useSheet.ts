import { create, equals } from "@bufbuild/protobuf";
import { type InputSpreadsheetValue, InputSpreadsheetValueSchema, type SpreadsheetColumn } from "@interval/proto";
import { computed, type Ref, shallowRef, watch } from "vue";
import type { Cell } from "./cells.ts";
import { type Area, fill, insertRows, type Rows, removeRows, toMessages, toRows, withRoom } from "./rows.ts";

/** So many changes can be undone. */
const maxUndo = 100;

/**
 * A sheet as the operator fills it: its rows, the value that they make, and what they were before.
 *
 * @param timeZone the operator's zone
 */
export function useSheet(
  columns: () => readonly SpreadsheetColumn[],
  value: Ref<InputSpreadsheetValue | undefined>,
  timeZone: Readonly<Ref<string>>,
) {
  const rows = shallowRef(toRows(columns(), value.value?.rows ?? []));
  const past = shallowRef<Rows[]>([]);
  const future = shallowRef<Rows[]>([]);
  const packed = computed(() => toMessages(columns(), rows.value));
  let said = value.value;

  watch([value, columns], ([now]) => {
    // A refused answer comes back as it was sent: the sheet stays as it is, with what can be undone.
    if (now === said || (now && said && equals(InputSpreadsheetValueSchema, now, said))) return;
    said = now;
    rows.value = toRows(columns(), now?.rows ?? []);
    past.value = future.value = [];
  });

  function show(next: Rows): void {
    rows.value = next;
    const { sent } = packed.value;
    said = sent.length > 0 ? create(InputSpreadsheetValueSchema, { rows: sent, timeZone: timeZone.value }) : undefined;
    value.value = said;
  }

  function change(next: Rows): void {
    if (next.length === rows.value.length && next.every((row, i) => row === rows.value[i])) return;
    past.value = [...past.value.slice(1 - maxUndo), rows.value];
    future.value = [];
    show(withRoom(columns(), next));
  }

  function swap(from: Ref<Rows[]>, to: Ref<Rows[]>): void {
    const next = from.value.at(-1);
    if (!next) return;
    to.value = [...to.value, rows.value];
    from.value = from.value.slice(0, -1);
    show(next);
  }

  return {
    rows: computed(() => rows.value),
    /** How many rows are sent. */
    count: computed(() => packed.value.places.length),
    /** Where in the sheet each row that is sent stands. */
    places: computed(() => packed.value.places),
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    change,
    set: (row: number, column: number, cell: Cell) =>
      change(fill(rows.value, { top: row, left: column, bottom: row, right: column }, () => cell)),
    clear: (area: Area) => change(fill(rows.value, area, () => undefined)),
    insert: (at: number) => change(insertRows(columns(), rows.value, at, 1)),
    remove: (from: number, to: number) => change(removeRows(rows.value, from, to)),
    undo: () => swap(past, future),
    redo: () => swap(future, past),
  };
}

export type Sheet = ReturnType<typeof useSheet>;
