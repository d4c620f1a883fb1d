import { Code, ConnectError } from "@connectrpc/connect";
import type { TableCsvPage } from "@interval/proto";
import { computed, onScopeDispose, shallowRef } from "vue";
import { saveFile } from "../../../lib/save-file.ts";

/** Asks for the lines after so many rows. */
export type FetchLines = (offset: bigint, signal: AbortSignal) => Promise<TableCsvPage>;

/** Spreadsheet programs take a file for UTF-8 that begins with it. */
const byteOrderMark = "\ufeff";

/** Makes a CSV file of a table, page by page, so that the screen stays usable; it can be stopped at any time. */
export function useCsvFile(name: () => string, fetchLines: FetchLines) {
  const running = shallowRef<AbortController>();
  const rows = shallowRef(0);
  const total = shallowRef<number>();
  const error = shallowRef<string>();

  async function collect(signal: AbortSignal): Promise<Blob> {
    const parts: string[] = [byteOrderMark];
    let offset = 0n;
    while (true) {
      const page = await fetchLines(offset, signal);
      signal.throwIfAborted();
      parts.push(page.text);
      rows.value = Number(page.nextOffset);
      total.value = page.totalRows === undefined ? undefined : Number(page.totalRows);
      if (!page.hasMore) return new Blob(parts, { type: "text/csv;charset=utf-8" });
      if (page.nextOffset <= offset) throw new ConnectError("The host sends the same lines again.", Code.Internal);
      offset = page.nextOffset;
    }
  }

  function cancel(): void {
    running.value?.abort();
    running.value = undefined;
  }
  onScopeDispose(cancel);

  return {
    isRunning: computed(() => running.value !== undefined),
    /** How many rows the file has so far. */
    rows,
    total,
    error,
    cancel,
    async start(): Promise<void> {
      cancel();
      const mine = new AbortController();
      running.value = mine;
      rows.value = 0;
      total.value = undefined;
      error.value = undefined;
      try {
        saveFile(await collect(mine.signal), name() || "table", "csv");
      } catch (cause) {
        if (!mine.signal.aborted) error.value = ConnectError.from(cause).rawMessage;
      }
      if (running.value === mine) running.value = undefined;
    },
  };
}
