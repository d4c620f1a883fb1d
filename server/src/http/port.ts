import http, { type RequestListener } from "node:http";
import type { ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { limits } from "@interval/proto";
import { type ConnectionLimits, Connections } from "./connections.ts";
import { createHttp2Server, watchSession } from "./http2-sessions.ts";

/** Spans in milliseconds. */
export interface PortOptions {
  /** How long a client may say nothing, or a preface go without settings. */
  silenceMs?: number;
  /** How long the headers of a request may take. */
  headersMs?: number;
  /** How often HTTP/2 peers are pinged. */
  pingIntervalMs?: number;
  /** How long they may take to answer. */
  pingTimeoutMs?: number;
  /** How long an HTTP/2 connection may have no request open. */
  idleMs?: number;
  /** How long a connection may stand still in the middle of a request or an answer. */
  standstillMs?: number;
  /** How many connections it takes. */
  connections?: ConnectionLimits;
  /** Whether many clients share an address. */
  isProxy?: (address: string) => boolean;
  /** Is told why connections are not taken, once a minute at most. */
  onRefused?: (why: string) => void;
}

/** One plaintext port that speaks HTTP/1.1 and HTTP/2. */
export interface Port {
  /** Resolves with the port number once it listens. */
  listen(port: number, host: string): Promise<number>;
  /** Tells every peer to go, and cuts off those that have not gone after a while. */
  close(graceMs: number): Promise<void>;
}

/** How requests are refused that cannot be read, by the parser's code. */
const refusals: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** How long a request may take to arrive: a file that is put outside comes in one, over a slow line. */
const requestMs = 2 * 60 * 60 * 1000;

const tellEveryMs = 60_000;

const preface = Buffer.from("PRI");

/**
 * Opens one port for both protocols. The first bytes of a connection decide: "PRI" cannot begin a browser's request.
 * The listening server is the HTTP/1.1 one, so that its time-outs for headers and requests hold.
 */
export function createPort(
  listener: RequestListener,
  {
    silenceMs = 10_000,
    headersMs = 60_000,
    pingIntervalMs = 20_000,
    pingTimeoutMs = 10_000,
    idleMs = limits.http.idleMs,
    standstillMs = limits.http.standstillMs,
    connections = limits.http.connections,
    isProxy = () => false,
    onRefused = () => undefined,
  }: PortOptions = {},
): Port {
  const timeouts = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headersMs / 2,
    keepAliveTimeout: 65_000,
  };
  const server = http.createServer({ noDelay: true, maxHeaderSize: limits.headerBytes, ...timeouts }, listener);
  server.timeout = standstillMs;
  // The compatibility layer's request and response have all that the listener uses of HTTP/1.1's.
  const h2 = createHttp2Server(withinHeaders(listener) as unknown as Parameters<typeof createHttp2Server>[0]);
  const serve = server.listeners("connection") as Array<(socket: Socket) => void>;
  const sockets = new Connections(connections, isProxy);
  let toldAt = Number.NEGATIVE_INFINITY;
  const sessions = new Set<ServerHttp2Session>();

  server.removeAllListeners("connection").on("connection", (socket: Socket) => {
    const refusal = sockets.admit(socket);
    if (refusal) {
      socket.on("error", () => undefined).destroy();
      if (performance.now() - toldAt > tellEveryMs) {
        toldAt = performance.now();
        onRefused(refusal);
      }
      return;
    }
    sniff(socket, silenceMs, (isHttp2) => {
      if (isHttp2) {
        socket.allowHalfOpen = false; // else sessions leak after the client's FIN
        h2.emit("connection", socket);
      } else {
        for (const each of serve) each.call(server, socket);
        socket.resume();
      }
    });
  });
  let closing = false;
  server.on("request", (_request, response) => {
    response.once("close", () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const status = refusals[error.code ?? ""] ?? "400 Bad Request";
    if (socket.writable && error.code !== "ECONNRESET") socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    else socket.destroy();
  });

  h2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    watchSession(session, { silenceMs, pingIntervalMs, pingTimeoutMs, idleMs, standstillMs });
  });
  h2.on("sessionError", () => undefined);
  h2.on("error", () => undefined);

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      for (const session of sessions) session.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Refuses requests with larger headers than are possible: a client need not heed the settings of its session. */
function withinHeaders(listener: RequestListener): RequestListener {
  return (request, response) => {
    const bytes = request.rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (bytes <= limits.headerBytes) return listener(request, response);
    response.writeHead(431).end();
  };
}

/** Reads as many bytes as decide the protocol, and puts them back. */
function sniff(socket: Socket, silenceMs: number, decide: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), silenceMs);
  const stop = () => {
    clearTimeout(timer);
    socket.off("data", onData).off("end", giveUp).off("close", stop);
  };
  const giveUp = () => {
    stop();
    socket.destroy();
  };
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const seen = head.subarray(0, preface.length);
    const fits = seen.equals(preface.subarray(0, seen.length));
    if (fits && seen.length < preface.length) return;
    stop();
    socket.pause();
    socket.unshift(head);
    decide(fits);
  };
  // Stays for good: a reset must never be an uncaught error, whoever owns the socket by then.
  socket.on("error", () => socket.destroy());
  socket.on("data", onData).on("end", giveUp).on("close", stop);
}
