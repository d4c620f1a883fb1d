import { type Client, Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import {
  ActionService,
  ActionSettingsService,
  FileService,
  KeyService,
  limits,
  PageService,
  RunService,
  reading,
  SessionService,
  WatchService,
} from "@interval/proto";
import { type InjectionKey, inject } from "vue";
import { type ReadAsset, readAsset } from "./lib/assets.ts";
import { type Auth, serverAuth } from "./lib/auth.ts";
import { type SendBytes, sendBytes } from "./lib/send-bytes.ts";

/** The server as the dashboard uses it. */
export interface Api {
  actions: Client<typeof ActionService>;
  files: Client<typeof FileService>;
  keys: Client<typeof KeyService>;
  pages: Client<typeof PageService>;
  runs: Client<typeof RunService>;
  sessions: Client<typeof SessionService>;
  settings: Client<typeof ActionSettingsService>;
  /** Signs in and out. */
  auth: Auth;
  /** Carries the bytes of files, beside the services. */
  sendBytes: SendBytes;
  /** Brings what was too large for a message. */
  readAsset: ReadAsset;
}

export const apiKey: InjectionKey<Api> = Symbol("api");

/** The server that the application was given. */
export function useApi(): Api {
  const api = inject(apiKey);
  if (!api) throw new Error("No server was provided: call app.provide(apiKey, createApi(transport)).");
  return api;
}

/** Clients over any transport: a server's, or that of the demo backend. */
export function createApi(transport: Transport, send: SendBytes = sendBytes, auth: Auth = serverAuth): Api {
  return {
    auth,
    actions: createClient(ActionService, transport),
    files: createClient(FileService, transport),
    keys: createClient(KeyService, transport),
    pages: createClient(PageService, transport),
    sendBytes: send,
    readAsset,
    runs: createClient(RunService, transport),
    sessions: createClient(SessionService, transport),
    settings: createClient(ActionSettingsService, transport),
  };
}

/** The stream's client. */
export function createWatchService(transport: Transport): Client<typeof WatchService> {
  return createClient(WatchService, transport);
}

/** What the dashboard adds to its requests. */
interface TransportOptions {
  /** Called when the server no longer knows who is asking. */
  onSignedOut?: () => void;
  /** What is said where no server was reached: browsers and proxies have words of their own for that. */
  unreachable?: () => string;
}

/**
 * The server that this page came from. Binary, since only that relays components newer than the dashboard. A request that is not answered in
 * time fails: a line that is dead says nothing.
 */
export function createServerTransport({ onSignedOut, unreachable }: TransportOptions = {}): Transport {
  const noticeFailure: Interceptor = (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const failure = ConnectError.from(error);
      if (failure.code === Code.Unauthenticated) onSignedOut?.();
      if (!unreachable || !isUnanswered(failure)) throw error;
      throw new ConnectError(unreachable(), failure.code, undefined, undefined, failure.cause);
    }
  };
  return createConnectTransport({
    baseUrl: self.location.origin,
    useBinaryFormat: true,
    binaryOptions: reading,
    defaultTimeoutMs: limits.requestMs,
    interceptors: [noticeFailure],
  });
}

/** Whether a request has not reached a server: there was no line, nothing came in time, or a proxy says that there is nobody behind it. */
function isUnanswered({ code, cause, rawMessage }: ConnectError): boolean {
  return cause instanceof TypeError || code === Code.DeadlineExceeded || /^HTTP 50[234]$/.test(rawMessage);
}
