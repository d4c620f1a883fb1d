import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { limits } from "@interval/proto";
import pino, { type Logger } from "pino";
import { prepareFirstStart } from "./auth/first-start.ts";
import { createIdentity } from "./auth/identity.ts";
import { isLoopback } from "./auth/origin.ts";
import { readSecret } from "./auth/secret-file.ts";
import type { Config } from "./config.ts";
import { accountOf } from "./domain/access/place.ts";
import { Profiles } from "./domain/access/profiles.ts";
import { SignedAddresses } from "./domain/assets/addresses.ts";
import { cleanUpAssets } from "./domain/assets/clean-up.ts";
import { Uploads } from "./domain/assets/uploads.ts";
import { Background } from "./domain/background.ts";
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
import { serveAuth } from "./http/auth.ts";
import { BodyBudget } from "./http/body-budget.ts";
import { FairTurns } from "./http/fair-turns.ts";
import { createHandler } from "./http/handler.ts";
import { createPort } from "./http/port.ts";
import { serveRelay } from "./http/relay.ts";
import { serveRpc } from "./http/rpc.ts";
import { serveSdk } from "./http/sdk-file.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { staticFiles } from "./http/static-files.ts";
import { TrustedProxies } from "./http/trusted-proxies.ts";
import { accessGate, callerOf, errorInterceptor } from "./services/caller.ts";
import type { Parts } from "./services/parts.ts";
import { routes } from "./services/router.ts";
import { openSqliteStore, type SqliteStore } from "./store/sqlite/open.ts";

/** A server that runs. */
export interface RunningServer {
  /** Where people and hosts find it. */
  url: string;
  /** The port that it listens on. */
  port: number;
  /** An address that signs the first start's owner in once; none unless the server is on this machine's own address. */
  createSignInLink(): Promise<string | undefined>;
  readonly logger: Logger;
  /** Stops gently: hosts are told to go, streams end, the store is closed. */
  close(): Promise<void>;
}

/** How long peers have to leave when the server stops, in milliseconds. */
const leaveMs = 1_000;

/**
 * Starts a server and resolves once it takes requests.
 *
 * @param openStore opens the store of a data directory
 */
export async function startServer(
  config: Config,
  version: string,
  openStore: (dataDir: string) => Promise<SqliteStore> = openSqliteStore,
): Promise<RunningServer> {
  const logger = pino(
    { level: config.logLevel, redact: ["req.headers.authorization", "req.headers.cookie"] },
    pino.destination(2),
  );
  const store = await openStore(config.dataDir);
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
  const proxies = new TrustedProxies(config.trustedProxies);
  const port = createPort((request, response) => handle(request, response), {
    connections: config.connections,
    isProxy: (address) => proxies.has(address),
    onRefused: (why) => logger.warn(`a connection was refused: ${why}`),
  });
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
    logs: config.logs,
    logger,
    publicUrl: url,
  });
  const background = new Background(logger);
  const pages = new Pages({ runs, hosts, assets: store.assets, publicUrl: url, background });
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
  const uploads = new Uploads({
    assets,
    files,
    journal,
    findRun: (runId) => runs.find(runId),
    pages,
    quotas: config.uploads,
  });
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
    background,
    logger,
  };
  await settings.resumeAll();
  await runs.resumeAll();

  let stopped: Promise<void> | undefined;
  const { messageMs } = config.timing;
  const rpc = serveRpc({
    routes: routes(parts),
    options: {
      requestGate: accessGate({ identity, publicUrl: url, logger }),
      interceptors: [errorInterceptor(logger)],
      readMaxBytes: limits.messageBytes,
      acceptCompression: [], // costs more than it saves on the machine's own network
    },
    budget: new BodyBudget(limits.http.bodies),
    turns: new FairTurns(limits.http.turns),
    ownerOf: (values) => accountOf(callerOf({ values })),
    messageMs,
    logger,
  });
  const openBodies = new BodyBudget(limits.http.openBodies);
  const { uploadOrigins, insecureUploads } = config;
  handle = createHandler({
    rpc,
    auth: serveAuth({ identity, publicUrl: url, proxies, budget: openBodies, messageMs }),
    store,
    assets: serveAssets({ identity, store, files, uploads, addresses, publicUrl: url, logger }),
    relay: serveRelay({ identity, journal, addresses, publicUrl: url, insecureUploads }),
    files: staticFiles(config.dashboardDir),
    sdk: serveSdk(config.sdkFile),
    securityHeaders: securityHeaders(uploadOrigins),
    publicUrl: url,
    proxies,
    logger,
    isReady: () => !stopped,
  });
  const cleanUp = setInterval(() => {
    background.run("forgetting routes", () => hosts.forgetDeparted(config.departedRouteMs));
    background.run("forgetting attempts to sign in", () => store.attempts.removeOld());
    background.run("cleaning up runs and assets", async () => {
      // What keeps runs from being removed does not keep assets.
      await cleanUpRuns(journal, config.runRetentionMs).finally(() => cleanUpAssets({ assets, files, logger, pages }));
    });
  }, config.timing.cleanUpMs).unref();
  const stop = async () => {
    clearInterval(cleanUp);
    for (const host of hosts.all()) {
      host.send({ body: { case: "drain", value: {} } });
      host.frames.close();
    }
    watches.closeAll();
    background.close();
    await port.close(leaveMs);
    runs.close();
    await store.close();
    logger.info("the server has stopped");
  };
  logger.info({ url, dataDir: config.dataDir }, "the server is ready");

  return {
    url,
    port: number,
    logger,
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
