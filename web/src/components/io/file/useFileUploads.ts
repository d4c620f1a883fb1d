import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import {
  checkValue,
  FieldErrorCode,
  type InputFileValue,
  InputFileValueSchema,
  type IoComponent,
  type UploadedFile,
  UploadedFileSchema,
} from "@interval/proto";
import { onBeforeUnmount, type Ref, shallowReactive } from "vue";
import { useReader } from "../../../composables/useReader.ts";
import { LineError } from "../../../lib/send-bytes.ts";
import { randomId } from "../../../lib/tab.ts";
import type { Uploading } from "../context.ts";
import { ioValue } from "../io-value.ts";

/** One file as its row shows it. */
export interface FileEntry {
  readonly key: string;
  /** What an answer says of it; with an id or address once it is uploaded. */
  file: UploadedFile;
  status: "waiting" | "uploading" | "uploaded" | "failed" | "refused";
  /** Bytes that have arrived or are on their way. */
  sent: number;
  /** Why it failed or is refused; empty where the line broke. */
  error: string;
}

/** Puts one file where the component wants it. */
type Upload = (file: File, options: Uploading) => Promise<Pick<UploadedFile, "assetId" | "downloadUrl">>;

/** So many files are uploaded at once: one more keeps the line full while the other waits for an answer. */
const atOnce = 2;

/**
 * The files of one component: chosen, uploaded, removed. The value names every file that is shown, also those that are not uploaded: while
 * there is one, the shared check refuses the answer, so that none is left out unnoticed.
 */
export function useFileUploads(
  component: () => IoComponent,
  value: Ref<InputFileValue | undefined>,
  upload: Upload,
  onEnd: (entry: FileEntry) => void,
) {
  const { fault: words } = useReader();
  const entries = shallowReactive<FileEntry[]>([]);
  const sources = new Map<string, File>();
  const aborts = new Map<string, AbortController>();

  /** Takes over files from outside: an answer that was given, or a draft. What was not uploaded then cannot be now. */
  function adopt(files: readonly UploadedFile[]): void {
    const known = entries.map(({ file }) => file);
    if (files.length === known.length && files.every((file, i) => file === known[i])) return;
    stopAll();
    const stored = files.filter(({ assetId, downloadUrl }) => assetId || downloadUrl);
    entries.splice(0, entries.length, ...stored.map((file) => entryOf(file, "uploaded")));
    if (stored.length < files.length) tell();
  }

  function add(files: readonly File[]): void {
    const chosen = component().multiple ? files : files.slice(0, 1);
    if (!component().multiple) for (const { key } of [...entries]) drop(key);
    for (const source of chosen) {
      const { name, size, type: mediaType, lastModified } = source;
      const facts = { name, mediaType, size: BigInt(size), lastModified: timestampFromMs(lastModified) };
      const entry = entryOf(create(UploadedFileSchema, facts), "waiting");
      const fault = faultOf(entry.file);
      if (fault) Object.assign(entry, { status: "refused", error: fault });
      sources.set(entry.key, source);
      entries.push(entry);
      if (fault) onEnd(entry);
    }
    tell();
    startNext();
  }

  function remove(key: string): void {
    drop(key);
    tell();
    startNext();
  }

  function retry(key: string): void {
    change(key, { status: "waiting", error: "" });
    startNext();
  }

  function drop(key: string): void {
    aborts.get(key)?.abort();
    sources.delete(key);
    const at = entries.findIndex((entry) => entry.key === key);
    if (at >= 0) entries.splice(at, 1);
  }

  function startNext(): void {
    const next = entries.find(({ status }) => status === "waiting");
    if (!next || aborts.size >= atOnce) return;
    void start(next.key);
    startNext();
  }

  async function start(key: string): Promise<void> {
    const source = sources.get(key);
    if (!source) return;
    const abort = new AbortController();
    aborts.set(key, abort);
    change(key, { status: "uploading" });
    const onProgress = (sent: number) => change(key, { sent });
    try {
      const stored = await upload(source, { requestId: key, onProgress, signal: abort.signal });
      const entry = entries.find((known) => known.key === key);
      if (!entry) return;
      sources.delete(key);
      change(key, { status: "uploaded", sent: source.size, file: { ...entry.file, ...stored } });
      tell();
    } catch (error) {
      if (abort.signal.aborted) return;
      change(key, { status: "failed", error: error instanceof LineError ? "" : ConnectError.from(error).rawMessage });
    } finally {
      aborts.delete(key);
      const entry = entries.find((known) => known.key === key);
      if (entry) onEnd(entry);
      startNext();
    }
  }

  function change(key: string, to: Partial<FileEntry>): void {
    const at = entries.findIndex((entry) => entry.key === key);
    const known = entries[at];
    if (known) entries[at] = { ...known, ...to };
  }

  function tell(): void {
    const files = entries.map(({ file }) => file);
    value.value = files.length > 0 ? create(InputFileValueSchema, { files }) : undefined;
    // The message keeps these very objects, by which `adopt` knows them again.
  }

  /** What is wrong with a file before it is uploaded, such as its extension. */
  function faultOf(file: UploadedFile): string {
    const one = ioValue({ kind: { case: "inputFile", value: { files: [file] } } });
    const faults = checkValue(component(), one).filter(({ code }) => code !== FieldErrorCode.UNKNOWN_FILE);
    return faults.map((each) => words({ ...each, path: "" })).join(" ");
  }

  function stopAll(): void {
    for (const abort of aborts.values()) abort.abort();
    sources.clear();
  }

  onBeforeUnmount(stopAll);
  return { entries, adopt, add, remove, retry };
}

function entryOf(file: UploadedFile, status: FileEntry["status"]): FileEntry {
  return { key: randomId(), file, status, sent: 0, error: "" };
}
