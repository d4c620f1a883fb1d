import { buffer as readAll } from "node:stream/consumers";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { UploadedFile } from "@interval/proto";
import type { Assets } from "../assets/assets.ts";
import { IntervalError } from "../errors.ts";

/** A file that an operator gave. Its bytes stay where they are until they are asked for. */
export interface IoFile {
  /** The name with its extension. */
  readonly name: string;
  /** The media type, such as "image/png". */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed on the operator's disk, in milliseconds since 1970; 0 where that is not known. */
  readonly lastModified: number;
  /** What follows the last dot of the name, in lower case; empty where there is none. */
  readonly extension: string;
  /** An address under which anybody reads the file: for an hour, or as long as your own storage says. */
  url(): Promise<string>;
  /** The bytes as text in UTF-8. */
  text(): Promise<string>;
  /** The value that the file holds as JSON. */
  json<T = unknown>(): Promise<T>;
  /** All bytes in memory. For large files use {@link stream}. */
  buffer(): Promise<Buffer>;
  /** The bytes as they come. What is not read is not sent. */
  stream(): Promise<ReadableStream<Uint8Array>>;
}

/** A file as programs see it. Its facts are listed and copied like those of any object; its methods also work apart from it. */
export function toIoFile({ name, mediaType, size, lastModified, assetId, downloadUrl }: UploadedFile, assets: Assets) {
  const stream = async () => (assetId ? assets.read(assetId) : fetchOwn(name, downloadUrl));
  const buffer = async () => readAll(await stream());
  const text = async () => (await buffer()).toString("utf8");
  const methods = {
    url: async () => (assetId ? assets.url(assetId) : (downloadUrl ?? "")),
    text,
    json: async () => JSON.parse((await text()).replace(/^\uFEFF/, "")),
    buffer,
    stream,
  };
  const facts = {
    name,
    type: mediaType,
    size: Number(size),
    lastModified: lastModified ? timestampMs(lastModified) : 0,
    extension: /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "",
  };
  const described = Object.entries(methods).map(([key, value]) => [key, { value }]);
  // The descriptors are those of the methods.
  return Object.freeze(Object.defineProperties(facts, Object.fromEntries(described))) as IoFile;
}

async function fetchOwn(name: string, url = ""): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new IntervalError(`The file "${name}" could not be read from your storage.`, { cause });
  });
  if (response.ok && response.body) return response.body;
  throw new IntervalError(`The file "${name}" could not be read: your storage answered ${response.status}.`);
}
