import Papa from "papaparse";

/** Lines of texts, as spreadsheet programs copy and save them. */
export type Lines = string[][];

/** Reads what a spreadsheet program has copied: cells between tabs, quoted where they hold tabs, quotes or line breaks. */
export function parseCopied(text: string): Lines {
  const bare = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const { data, errors } = Papa.parse<string[]>(bare, { delimiter: "\t", newline: "\n" });
  // Some programs quote nothing: a quote is then just that.
  if (errors.some(({ type }) => type === "Quotes")) return bare.split("\n").map((line) => line.split("\t"));
  return data;
}

/** Reads a file of comma-separated values, whatever separates them. */
export function parseCsv(text: string, most: number): Lines {
  return Papa.parse<string[]>(text, { skipEmptyLines: "greedy", preview: most }).data;
}

/** Writes cells as spreadsheet programs paste them. */
export function formatCopied(lines: Lines): string {
  return lines.map((line) => line.map(quoted).join("\t")).join("\n");
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @throws {Error} for bytes that are no text */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, 1024).includes(0)) throw new Error("The file holds bytes that are no text.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
