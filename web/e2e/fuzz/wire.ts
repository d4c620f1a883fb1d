import { type Agent, request as http1Request } from "node:http";
import type { ClientHttp2Session, OutgoingHttpHeaders } from "node:http2";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** What a request was answered with. `status` is 0 where the connection ended without an answer. */
export interface Reply {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** A request as it goes out: nothing checks or completes it. */
export interface Sent {
  method: string;
  path: string;
  headers: OutgoingHttpHeaders;
  body: Uint8Array | string;
}

const none: Reply = { status: 0, headers: {}, body: Buffer.alloc(0) };
const patienceMs = 70_000;

/** Sends a request over HTTP/1.1. */
export function overHttp1(url: string, agent: Agent, { method, path, headers, body }: Sent): Promise<Reply> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    try {
      const sent = http1Request({ agent, hostname, port, method, path, headers, timeout: patienceMs }, (response) => {
        buffer(response).then(
          (bytes) =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: plain(response.headers, bytes),
            }),
          () => resolve(none),
        );
      });
      sent.on("error", () => resolve(none));
      sent.on("timeout", () => sent.destroy());
      sent.end(body);
    } catch {
      resolve(none); // a header that Node refuses to send
    }
  });
}

/** Sends a request over HTTP/2, whose trailers become headers. */
export function overHttp2(session: ClientHttp2Session, { method, path, headers, body }: Sent): Promise<Reply> {
  return new Promise((resolve) => {
    try {
      const stream = session.request({ ":method": method, ":path": path, ...headers });
      let heard: Record<string, unknown> = {};
      const chunks: Buffer[] = [];
      stream.on("response", (fields) => {
        heard = { ...heard, ...fields };
      });
      stream.on("trailers", (fields) => {
        heard = { ...heard, ...fields };
      });
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", () => {});
      stream.setTimeout(patienceMs, () => stream.close());
      // A server may answer before it has read everything; whether it then lets go of the rest is tested elsewhere.
      stream.on("end", () => stream.destroy());
      stream.on("close", () =>
        resolve({ status: Number(heard[":status"] ?? 0), headers: heard, body: plain(heard, Buffer.concat(chunks)) }),
      );
      if (body.length > 0) stream.write(body);
      stream.end();
    } catch {
      resolve(none);
    }
  });
}

/** One message of a stream, with its length before it. */
export function enveloped(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Takes whole messages off what has arrived of a stream, and returns the rest. */
export function takeEnvelopes(arrived: Buffer, take: (flags: number, message: Buffer) => void): Buffer {
  let rest = arrived;
  while (rest.length >= 5) {
    const length = rest.readUInt32BE(1);
    if (rest.length < 5 + length) break;
    take(rest.readUInt8(0), rest.subarray(5, 5 + length));
    rest = rest.subarray(5 + length);
  }
  return rest;
}

function plain(headers: Record<string, unknown>, body: Buffer): Buffer {
  if (headers["content-encoding"] !== "gzip") return body;
  try {
    return gunzipSync(body);
  } catch {
    return body;
  }
}
