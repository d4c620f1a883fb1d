import type { RunEvent } from "@interval/proto";

/** Some lines that follow each other. One of which nothing has changed stays the same object, and is not drawn again. */
export interface LogChunk {
  /** Identifies it for as long as it is held. */
  key: string;
  lines: readonly RunEvent[];
}

/** Lines a chunk: what is drawn again when a line is added. */
const chunkLines = 100;

/** The lines of a log that are held: a stretch without gaps, which grows at either end. Pure: each change is another window. */
export class LogWindow {
  readonly chunks: readonly LogChunk[];
  readonly lineCount: number;

  constructor(chunks: readonly LogChunk[] = []) {
    this.chunks = chunks;
    this.lineCount = chunks.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  /** The sequence of the first line; 0 when there is none. */
  get first(): bigint {
    return this.chunks[0]?.lines[0]?.sequence ?? 0n;
  }

  /** The sequence of the last line; 0 when there is none. */
  get last(): bigint {
    return this.chunks.at(-1)?.lines.at(-1)?.sequence ?? 0n;
  }

  /** With lines that follow; those that are held already are left out. */
  append(lines: readonly RunEvent[]): LogWindow {
    const { last } = this;
    let rest = lines.filter(({ sequence }) => sequence > last);
    if (rest.length === 0) return this;
    const chunks = [...this.chunks];
    const end = chunks.at(-1);
    if (end && end.lines.length < chunkLines) {
      const room = chunkLines - end.lines.length;
      chunks[chunks.length - 1] = { ...end, lines: [...end.lines, ...rest.slice(0, room)] };
      rest = rest.slice(room);
    }
    return new LogWindow([...chunks, ...inChunks(rest)]);
  }

  /** With lines that come before; those that are held already are left out. */
  prepend(lines: readonly RunEvent[]): LogWindow {
    const { first } = this;
    const earlier = lines.filter(({ sequence }) => sequence < first);
    return earlier.length === 0 ? this : new LogWindow([...inChunks(earlier), ...this.chunks]);
  }

  /** With its last lines alone, where it holds more than so many. */
  keepLast(most: number): LogWindow {
    let from = 0;
    for (let left = this.lineCount; ; from++) {
      left -= this.chunks[from]?.lines.length ?? left;
      if (left < most) break;
    }
    return from === 0 ? this : new LogWindow(this.chunks.slice(from));
  }
}

function inChunks(lines: readonly RunEvent[]): LogChunk[] {
  return Array.from({ length: Math.ceil(lines.length / chunkLines) }, (_, i) => {
    const part = lines.slice(i * chunkLines, (i + 1) * chunkLines);
    return { key: String(part[0]?.sequence), lines: part };
  });
}
