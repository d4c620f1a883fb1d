import { backoffMs, limits } from "@interval/proto";
import { type BytesResponse, LineError, type SendBytes } from "./send-bytes.ts";

/** How often in a row an upload is tried without getting any further. */
const mostAttempts = 25;

/** What an upload is done with, and who is told of it. */
export interface UploadOptions {
  send: SendBytes;
  /** Told how many bytes have arrived or are on their way. */
  onProgress: (sent: number) => void;
  signal: AbortSignal;
  /** Waits; tests do not. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The server, or the storage, does not want these bytes; the message says why. */
export class UploadRefusedError extends Error {
  override name = "UploadRefusedError";
}

/**
 * Puts a file to its address on the server, chunk by chunk. When the line breaks it asks how much has arrived and goes on from there.
 *
 * @param offset how much has arrived before
 * @throws {UploadRefusedError} when the server does not want it
 * @throws {LineError} when nothing gets through any more; a later call goes on
 */
export async function uploadInChunks(
  file: Blob,
  address: string,
  offset: number,
  { send, onProgress, signal, pause = wait }: UploadOptions,
): Promise<void> {
  let at = offset;
  let isSure = true;
  for (let attempt = 1; ; ) {
    try {
      const headers = { "upload-offset": String(at) };
      const body = file.slice(at, at + limits.uploadChunkBytes);
      const onChunk = (sent: number) => onProgress(Math.min(file.size, at + sent));
      const response = isSure
        ? await send({ method: "PATCH", address, headers, body, onProgress: onChunk, signal })
        : await send({ method: "HEAD", address, signal });
      const arrived = arrivedOf(response, isSure);
      isSure = true;
      // Somebody who is told the same place again and again gets no further.
      if (arrived.offset > at || response.status === 200) attempt = 1;
      else if (++attempt > mostAttempts) throw new UploadRefusedError(response.text);
      at = arrived.offset;
      onProgress(at);
      if (arrived.complete) return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof LineError) || attempt >= mostAttempts) throw error;
      await pause(backoffMs(attempt++), signal);
      isSure = false;
    }
  }
}

/** Does something, and again while nobody answers, with growing pauses. */
export async function untilHeard<T>(work: () => Promise<T>, signal: AbortSignal, pause = wait): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LineError) || attempt >= mostAttempts) throw error;
      await pause(backoffMs(attempt), signal);
    }
  }
}

/** Puts a whole file to an address outside, or through the server to one. */
export async function uploadWhole(
  file: Blob,
  address: string,
  { send, onProgress, signal }: UploadOptions,
): Promise<void> {
  const headers = file.type ? { "content-type": file.type } : undefined;
  const { status, text } = await send({ method: "PUT", address, headers, body: file, onProgress, signal });
  if (status < 200 || status >= 300) throw new UploadRefusedError(text.trim() || `The storage answered ${status}.`);
}

function arrivedOf(response: BytesResponse, isChunk: boolean): { offset: number; complete: boolean } {
  const { status, text } = response;
  const offset = response.header("upload-offset");
  if (status >= 500 || status === 429) throw new LineError(text || `The server answered ${status}.`);
  const isProgress = status === 204 || status === 200 || (isChunk && status === 409);
  if (!isProgress || offset === null) throw new UploadRefusedError(text.trim() || `The server answered ${status}.`);
  return { offset: Number(offset), complete: response.header("upload-complete") === "?1" };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
