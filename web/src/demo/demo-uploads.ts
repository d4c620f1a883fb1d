import type { BytesResponse, SendBytes } from "../lib/send-bytes.ts";

/** How many bytes the demo's line carries in a second. */
const bytesPerSecond = 2_000_000;
const tickMs = 100;

/** Uploads of the demo: they take their time, and nothing is kept. A file with "broken" in its name is refused. */
export class DemoUploads {
  readonly #files = new Map<string, { name: string; size: number; arrived: number }>();

  begin(name: string, size: number): string {
    const id = `asset_${this.#files.size + 1}`;
    this.#files.set(`/assets/${id}`, { name, size, arrived: 0 });
    return id;
  }

  readonly send: SendBytes = async ({ address, body, onProgress, signal }) => {
    const file = this.#files.get(address);
    if (!file) return answer(404, "There is no such upload.");
    if (file.name.includes("broken")) return answer(403, "The demo takes no broken files.");
    const size = body?.size ?? 0;
    for (let sent = 0; sent < size; sent += (bytesPerSecond * tickMs) / 1000) {
      signal.throwIfAborted();
      onProgress?.(Math.min(sent, size));
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
    file.arrived += size;
    return answer(204, "", file.arrived, file.arrived >= file.size);
  };
}

function answer(status: number, text: string, offset = 0, complete = false): BytesResponse {
  const headers: Record<string, string> = {
    "upload-offset": String(offset),
    "upload-complete": complete ? "?1" : "?0",
  };
  return { status, text, header: (name) => headers[name] ?? null };
}
