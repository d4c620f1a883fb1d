/** A request that carries bytes. */
export interface BytesRequest {
  method: "PUT" | "PATCH" | "HEAD";
  address: string;
  headers?: Record<string, string>;
  body?: Blob;
  /** Told how many bytes have been sent. */
  onProgress?: (sent: number) => void;
  signal: AbortSignal;
}

export interface BytesResponse {
  status: number;
  text: string;
  header(name: string): string | null;
}

/** Sends bytes and says how many are on their way. Rejects with a {@link LineError} when there is no answer. */
export type SendBytes = (request: BytesRequest) => Promise<BytesResponse>;

/** There was no answer: the line broke, or nobody is there. */
export class LineError extends Error {
  override name = "LineError";
}

/** After how long without any progress a request is given up, in milliseconds. */
const silenceMs = 30_000;

/** Sends bytes from a browser. `fetch` does not tell how far an upload is. */
export const sendBytes: SendBytes = ({ method, address, headers = {}, body, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let timer = 0;
    const stop = () => request.abort();
    const wait = () => {
      clearTimeout(timer);
      timer = window.setTimeout(stop, silenceMs);
    };
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const lost = () => end(() => reject(signal.aborted ? signal.reason : new LineError("The connection was lost.")));
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      wait();
      onProgress?.(loaded);
    };
    request.onload = () => {
      const { status, responseText: text } = request;
      end(() => resolve({ status, text, header: (name) => request.getResponseHeader(name) }));
    };
    request.onerror = lost;
    request.onabort = lost;
    signal.addEventListener("abort", stop, { once: true });
    wait();
    request.send(body);
  });
