import { computed, shallowRef } from "vue";
import type { Area } from "./rows.ts";

/** A cell by its place. */
export interface Place {
  row: number;
  column: number;
}

/** Where the operator is: one active cell, and the area from there to where the selection reaches. */
export function useCursor(size: () => { rows: number; columns: number }) {
  const active = shallowRef<Place>({ row: 0, column: 0 });
  const reach = shallowRef<Place>(active.value);
  /** The column in which a row was begun: Enter goes back there. */
  let home = 0;

  function within({ row, column }: Place): Place {
    const { rows, columns } = size();
    return {
      row: Math.max(0, Math.min(row, rows - 1)),
      column: Math.max(0, Math.min(column, columns - 1)),
    };
  }

  function to(place: Place, extend = false): void {
    reach.value = within(place);
    if (extend) return;
    active.value = reach.value;
    home = reach.value.column;
  }

  return {
    active: computed(() => within(active.value)),
    /** The end of the selection that moves. */
    reach: computed(() => within(reach.value)),
    area: computed<Area>(() => {
      const [from, till] = [within(active.value), within(reach.value)];
      return {
        top: Math.min(from.row, till.row),
        left: Math.min(from.column, till.column),
        bottom: Math.max(from.row, till.row),
        right: Math.max(from.column, till.column),
      };
    }),
    to,
    select({ top, left, bottom, right }: Area): void {
      to({ row: top, column: left });
      to({ row: bottom, column: right }, true);
    },
    move(rows: number, columns: number, extend = false): void {
      const from = extend ? reach.value : active.value;
      to({ row: from.row + rows, column: from.column + columns }, extend);
    },
    /** The next or previous cell, row after row. Returns false at the sheet's ends. */
    step(by: 1 | -1): boolean {
      const { rows, columns } = size();
      const at = active.value.row * columns + active.value.column + by;
      if (at < 0 || at >= rows * columns) return false;
      const begun = home;
      const row = Math.floor(at / columns);
      const turned = row !== active.value.row;
      to({ row, column: at % columns });
      if (!turned) home = begun;
      return true;
    },
    /** The row below or above, in the column where this one was begun. */
    turn(by: 1 | -1): void {
      to({ row: active.value.row + by, column: home });
    },
  };
}

export type Cursor = ReturnType<typeof useCursor>;
