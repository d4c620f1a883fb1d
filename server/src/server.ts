import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { limits } from "@interval/proto";
import pino, { type Logger } from "pino";
import { prepareFirstStart } from "./auth/first-start.ts";
import { createIdentity } from "./auth/identity.ts";
import { isLoopback } from "./auth/origin.ts";
import { readSecret } from "./auth/secret-file.ts";
import type { Config } from "./config.ts";
import { Profiles } from "./domain/access/profiles.ts";
import { SignedAddresses } from "./domain/assets/addresses.ts";
import { cleanUpAssets } from "./domain/assets/clean-up.ts";
import { Uploads } from "./domain/assets/uploads.ts";
import { SettingsOfActions } from "./domain/hosts/action-settings.ts";
import { Fetches } from "./domain/hosts/fetches.ts";
import { Hosts } from "./domain/hosts/hosts.ts";
import { Pages } from "./domain/pages/pages.ts";
import { cleanUpRuns } from "./domain/runs/clean-up.ts";
import { Runs } from "./domain/runs/runs.ts";
import { Watches } from "./domain/watch/watches.ts";
import { diskFiles } from "./files/disk.ts";
import type { Files } from "./files/files.ts";
import { serveAssets } from "./http/assets.ts";
import { createHandler } from "./http/handler.ts";
import { createPort } from "./http/port.ts";
import { serveRelay } from "./http/relay.ts";
import { serveRpcs } from "./http/rpc.ts";
import { serveSdk } from "./http/sdk-file.ts";
import { securityHeaders } from "./http/security-headers.ts";
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
  const secret = readSecret(config.dataDir);
  const identity = createIdentity({ ...store, secret, publicUrl: url });
  const owner = await prepareFirstStart(store, identity, config.dataDir);

  const hosts = new Hosts(({ older, newer, paths }) => {
    const both = { older: { host: older.id, ...older.program }, newer: { host: newer.id, ...newer.program } };
    logger.warn({ ...both, paths }, "two programs offer the same routes; the newer one serves them");
  });
  const fetches = new Fetches(config.timing.fetchMs);
  const runs = new Runs({
    journal: store.journal,
    assets: store.assets,
    people: store.people,
    hosts,
    timing: config.timing,
    logger,
    publicUrl: url,
  });
  const pages = new Pages({ hosts, assets: store.assets, publicUrl: url });
  const profiles = new Profiles(store.people, () => identity.forget());
  const watches = new Watches({
    runs,
    hosts,
    pages,
    profiles,
    people: store.people,
    journal: store.journal,
    timing: config.timing,
  });
  const settings = new SettingsOfActions({ settings: store.settings, hosts });
  const files = await openFiles(config);
  const { assets, journal } = store;
  const uploads = new Uploads({ assets, files, journal, findRun: (runId) => runs.find(runId), pages });
  const addresses = new SignedAddresses(secret, url);
  const parts: Parts = {
    config,
    publicUrl: url,
    version,
    store,
    hosts,
    fetches,
    pages,
    profiles,
    settings,
    runs,
    watches,
    uploads,
    addresses,
    logger,
  };
  await settings.resumeAll();
  await runs.resumeAll();

  let stopped: Promise<void> | undefined;
  const rpc = serveRpcs({
    logger,
    routes: routes(parts),
    interceptors: [accessInterceptor({ identity, publicUrl: url, logger })],
    readMaxBytes: limits.messageBytes,
    acceptCompression: [], // costs more than it saves on the machine's own network
  });
  const { uploadOrigins, insecureUploads } = config;
  handle = createHandler({
    rpc,
    identity,
    store,
    assets: serveAssets({ identity, store, files, uploads, addresses, publicUrl: url, logger }),
    relay: serveRelay({ identity, journal, addresses, publicUrl: url, insecureUploads }),
    files: staticFiles(config.dashboardDir),
    sdk: serveSdk(config.sdkFile),
    securityHeaders: securityHeaders(uploadOrigins),
    publicUrl: url,
    logger,
    isReady: () => !stopped,
  });
  const cleanUp = setInterval(() => {
    const cleaned = cleanUpRuns(journal, config.runRetentionMs).then(() =>
      cleanUpAssets({ assets, files, logger, pages }),
    );
    cleaned.catch((error: unknown) => {
      logger.error({ err: error }, "old runs and assets could not be cleaned up");
    });
  }, config.timing.cleanUpMs).unref();
  const stop = async () => {
    clearInterval(cleanUp);
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

/** Where the bytes of assets lie. */
async function openFiles({ bucket, dataDir }: Config): Promise<Files> {
  if (!bucket) return diskFiles(join(dataDir, "assets"));
  const { s3Files } = await import("./files/s3.ts"); // large, and needed by those alone who have a bucket
  return s3Files(bucket);
}
