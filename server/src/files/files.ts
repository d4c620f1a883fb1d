import type { Readable } from "node:stream";

/** An upload as the storage sees it. */
export interface StoredUpload {
  /** Names the bytes: the ids of run and asset, joined by "/". */
  key: string;
  /** Bytes that have arrived and are durable. */
  received: number;
  /** What the storage has to know to go on; empty at first. Nobody else reads it. */
  state: string;
}

/** The bytes of a complete asset, both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Where the bytes of assets lie. Nothing here ever holds a whole file in memory. */
export interface Files {
  /**
   * Adds bytes to an upload after what has arrived, as fast as they can be put away. When the bytes break off, what has come until then is
   * kept.
   *
   * @param body never throws: it just ends
   * @returns the upload as it is now, durable
   */
  append(upload: StoredUpload, body: AsyncIterable<Uint8Array>): Promise<StoredUpload>;
  /** Makes an upload readable, all of it or not at all. May be repeated. */
  finish(upload: StoredUpload): Promise<void>;
  /** The bytes of a finished upload. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Removes an upload, finished or not. One that is gone is no fault. */
  remove(upload: StoredUpload): Promise<void>;
}

/** The bytes of an asset that should be there are not. */
export class MissingBytesError extends Error {
  override name = "MissingBytesError";
}
