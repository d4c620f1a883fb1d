import type { IncomingMessage, ServerResponse } from "node:http";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { limits } from "@interval/proto";
import pino, { type Logger } from "pino";
import { prepareFirstStart } from "./auth/first-start.ts";
import { createIdentity } from "./auth/identity.ts";
import { isLoopback } from "./auth/origin.ts";
import { readSecret } from "./auth/secret-file.ts";
import type { Config } from "./config.ts";
import { Fetches } from "./domain/hosts/fetches.ts";
import { Hosts } from "./domain/hosts/hosts.ts";
import { Runs } from "./domain/runs/runs.ts";
import { Watches } from "./domain/watch/watches.ts";
import { createHandler } from "./http/handler.ts";
import { createPort } from "./http/port.ts";
import { staticFiles } from "./http/static-files.ts";
import { accessInterceptor } from "./services/caller.ts";
import type { Parts } from "./services/parts.ts";
import { routes } from "./services/router.ts";
import { openSqliteStore, type SqliteStore } from "./store/sqlite/open.ts";

/** A server that runs. */
export interface RunningServer {
  /** Where people and hosts find it. */
  url: string;
  /** An address that signs the first start's owner in once; none unless the server is on this machine's own address. */
  createSignInLink(): Promise<string | undefined>;
  /** Stops gently: hosts are told to go, streams end, the store is closed. */
  close(): Promise<void>;
}

/** How long peers have to leave when the server stops, in milliseconds. */
const leaveMs = 1_000;

/** Starts a server and resolves once it takes requests. */
export async function startServer(config: Config, version: string): Promise<RunningServer> {
  const logger = pino(
    { level: config.logLevel, redact: ["req.headers.authorization", "req.headers.cookie"] },
    pino.destination(2),
  );
  const store = await openSqliteStore(config.dataDir);
  try {
    return await open(config, version, store, logger);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function open(config: Config, version: string, store: SqliteStore, logger: Logger): Promise<RunningServer> {
  let handle = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { "retry-after": "1" }).end("The server is starting.\n");
  };
  const port = createPort((request, response) => handle(request, response));
  const number = await port.listen(config.port, config.host);
  const url = config.publicUrl ?? `http://localhost:${number}`;
  const identity = createIdentity({ ...store, secret: readSecret(config.dataDir), publicUrl: url });
  const owner = await prepareFirstStart(store, identity, config.dataDir);

  const hosts = new Hosts();
  const fetches = new Fetches(config.timing.fetchMs);
  const runs = new Runs({
    journal: store.journal,
    people: store.people,
    hosts,
    timing: config.timing,
    logger,
    publicUrl: url,
  });
  const watches = new Watches({ runs, hosts, people: store.people, journal: store.journal });
  const parts: Parts = { config, publicUrl: url, version, store, hosts, fetches, runs, watches, logger };
  await runs.resumeAll();

  let stopped: Promise<void> | undefined;
  const rpc = connectNodeAdapter({
    routes: routes(parts),
    interceptors: [accessInterceptor({ identity, publicUrl: url, logger })],
    readMaxBytes: limits.messageBytes,
    acceptCompression: [], // costs more than it saves on the machine's own network
  });
  const files = staticFiles(config.dashboardDir);
  const stop = async () => {
    for (const host of hosts.all()) {
      host.send({ body: { case: "drain", value: {} } });
      host.frames.close();
    }
    watches.closeAll();
    await port.close(leaveMs);
    runs.close();
    await store.close();
    logger.info("the server has stopped");
  };
  handle = createHandler({ rpc, identity, store, files, publicUrl: url, logger, isReady: () => !stopped });
  logger.info({ url, dataDir: config.dataDir }, "the server is ready");

  return {
    url,
    async createSignInLink() {
      return owner && isLoopback(new URL(url).host) ? identity.createSignInLink(owner.id) : undefined;
    },
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}
