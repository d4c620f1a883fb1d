import http2, { type Http2Server, type ServerHttp2Session } from "node:http2";
import { limits } from "@interval/proto";

const { streams, sessionBytes, resets, controlFrames } = limits.http;

/** Spans in milliseconds. */
export interface SessionOptions {
  /** How long a preface may go without settings. */
  silenceMs: number;
  /** How often peers are pinged. */
  pingIntervalMs: number;
  /** How long they may take to answer. */
  pingTimeoutMs: number;
  /** How long a session may have no stream open. */
  idleMs: number;
  /** How long a stream may stand still. */
  standstillMs: number;
}

/** The HTTP/2 server, with what one connection may ask of it. Node ends by itself those with too many CONTINUATION and unanswered frames. */
export function createHttp2Server(onRequest: Parameters<typeof http2.createServer>[1]): Http2Server {
  return http2.createServer(
    {
      // Headers are held to the same size as over HTTP/1.1. Streams beyond it are reset once a client has heard of it.
      settings: { maxConcurrentStreams: streams, maxHeaderListSize: limits.headerBytes },
      maxHeaderListPairs: 100,
      maxSessionMemory: sessionBytes / 2 ** 20,
      streamResetBurst: resets.burst,
      streamResetRate: resets.perSecond,
    },
    onRequest,
  );
}

/** Ends sessions that have nothing to do, whose peer has vanished, or that keep the server busy with frames that ask for nothing. */
export function watchSession(session: ServerHttp2Session, options: SessionOptions): void {
  const stops = [
    expectSettings(session, options.silenceMs),
    keepAlive(session, options),
    endWhenIdle(session, options.idleMs),
    endFloods(session),
  ];
  session.on("stream", (stream) => {
    stream.setTimeout(options.standstillMs, () => stream.close(http2.constants.NGHTTP2_CANCEL));
  });
  session.on("error", () => undefined); // its streams hear of it
  session.once("close", () => {
    for (const stop of stops) stop();
  });
}

function expectSettings(session: ServerHttp2Session, silenceMs: number): () => void {
  const timer = setTimeout(() => session.destroy(), silenceMs);
  session.once("remoteSettings", () => clearTimeout(timer));
  return () => clearTimeout(timer);
}

/** Notices peers that vanished without a word. */
function keepAlive(session: ServerHttp2Session, { pingIntervalMs, pingTimeoutMs }: SessionOptions): () => void {
  let answer: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (session.destroyed || session.closed || answer) return;
    answer = setTimeout(() => session.destroy(), pingTimeoutMs);
    session.ping(() => {
      clearTimeout(answer);
      answer = undefined;
    });
  }, pingIntervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    clearTimeout(answer);
  };
}

function endWhenIdle(session: ServerHttp2Session, idleMs: number): () => void {
  let open = 0;
  const close = () => session.close(); // says GOAWAY, and serves what may be on its way
  let timer: NodeJS.Timeout | undefined = setTimeout(close, idleMs);
  session.on("stream", (stream) => {
    open++;
    clearTimeout(timer);
    stream.once("close", () => {
      if (--open === 0 && !session.closed) timer = setTimeout(close, idleMs);
    });
  });
  return () => clearTimeout(timer);
}

/** Counts frames that cost work and carry nothing. */
function endFloods(session: ServerHttp2Session): () => void {
  let count = 0;
  const seen = () => {
    if (++count < controlFrames.count || session.destroyed) return;
    session.destroy(new Error("too many control frames"), http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
  session.on("ping", seen).on("remoteSettings", seen);
  const timer = setInterval(() => {
    count = 0;
  }, controlFrames.withinMs);
  timer.unref();
  return () => clearInterval(timer);
}
