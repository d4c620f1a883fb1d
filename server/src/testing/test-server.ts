import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { type Role, reading } from "@interval/proto";
import { createIdentity, type Identity } from "../auth/identity.ts";
import { readSecret } from "../auth/secret-file.ts";
import { resolveConfig, type Timing } from "../config.ts";
import { type RunningServer, startServer } from "../server.ts";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/open.ts";
import type { KeyKind, OrganizationRecord } from "../store/store.ts";
import { Operator } from "./operator.ts";
import { type HostOptions, ScriptedHost } from "./scripted-host.ts";

/** How a test wants its server. */
export interface TestServerOptions {
  timing?: Partial<Timing>;
  dashboardDir?: string;
  sdkFile?: string;
  /** Opens the server's store; the test's own is opened beside it. */
  openStore?: (dataDir: string) => Promise<SqliteStore>;
  /** Further settings. */
  env?: Record<string, string>;
}

/** A real server for tests: a free port, a store in a directory that goes with it, and clients that are cut off with it. */
export class TestServer {
  readonly dataDir: string;
  readonly #options: TestServerOptions;
  #running: RunningServer | undefined;
  #store: SqliteStore | undefined;
  #sessions: Http2SessionManager[] = [];
  readonly #programKeys = new Map<string, Promise<string>>();

  private constructor(dataDir: string, options: TestServerOptions) {
    this.dataDir = dataDir;
    this.#options = options;
  }

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const server = new TestServer(await mkdtemp(join(tmpdir(), "interval-server-")), options);
    await server.#start();
    return server;
  }

  get url(): string {
    return this.running.url;
  }

  get running(): RunningServer {
    if (!this.#running) throw new Error("The server does not run.");
    return this.#running;
  }

  /** The server's store, opened beside it as the CLI does. */
  get store(): SqliteStore {
    if (!this.#store) throw new Error("The server does not run.");
    return this.#store;
  }

  /** Stops, and starts anew on what was stored, at another port. */
  async restart(): Promise<void> {
    await this.#stop();
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#stop();
    await rm(this.dataDir, { recursive: true });
  }

  /** Who sends these headers, over HTTP/2. */
  transport(headers: Record<string, string> = {}): Transport {
    const [baseUrl, sessionManager] = [this.url, this.#session()];
    return createConnectTransport({
      baseUrl,
      httpVersion: "2",
      sessionManager,
      binaryOptions: reading,
      interceptors: [adding(headers)],
    });
  }

  /** The same over HTTP/1.1. */
  http1Transport(headers: Record<string, string> = {}): Transport {
    return createConnectTransport({ baseUrl: this.url, httpVersion: "1.1", interceptors: [adding(headers)] });
  }

  operator(headers: Record<string, string> = {}): Operator {
    return new Operator(this.transport(headers));
  }

  /** A program with a key of its own: the same one for all programs of the environment that a host's key belongs to. */
  program(hostKey: string): Operator {
    const [baseUrl, sessionManager] = [this.url, this.#session()];
    const identified: Interceptor = (next) => async (request) => {
      request.header.set("authorization", `Bearer ${await this.#programKey(hostKey)}`);
      return next(request);
    };
    return new Operator(
      createConnectTransport({ baseUrl, httpVersion: "2", sessionManager, interceptors: [identified] }),
    );
  }

  host(key: string, options?: HostOptions): Promise<ScriptedHost> {
    return ScriptedHost.attach(this.transport(), key, options);
  }

  /** A host's key of an environment, which is made where it is missing; a personal one when a person is given. */
  async key(
    slug = "production",
    { organization = "main", userId = null as string | null, kind = "host" as KeyKind } = {},
  ) {
    const { id: organizationId } = await this.organization(organization);
    const { people, keys } = this.store;
    const environment =
      (await people.findEnvironment(organizationId, slug)) ??
      (await people.createEnvironment({ organizationId, slug, name: slug }));
    const scope = { organizationId, environmentId: environment.id, userId };
    return keys.createKey({ kind, scope, createdByUserId: null, label: "" });
  }

  /** An organization, which is made where it is missing. */
  async organization(slug: string): Promise<OrganizationRecord> {
    const { people } = this.store;
    return (await people.findOrganization(slug)) ?? people.createOrganization({ slug, name: slug });
  }

  /** An address that signs a person in once. */
  signInLink(userId: string): Promise<string> {
    return this.#identity().createSignInLink(userId);
  }

  /** Makes a person and signs them in. */
  async person(firstName: string, role: Role, organization = "main") {
    const { id } = await this.#identity().createPerson({ email: `${firstName}@example.com`, firstName, lastName: "" });
    const { id: organizationId } = await this.organization(organization);
    await this.store.people.setMember({ organizationId, userId: id, role });
    const link = await this.signInLink(id);
    const response = await fetch(`${this.url}/api/auth/sign-in/link`, {
      method: "POST",
      body: JSON.stringify({ token: link.slice(link.indexOf("=") + 1) }),
      headers: { "content-type": "application/json", origin: this.url },
    });
    const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
    if (!response.ok) throw new Error(`${firstName} could not sign in: ${await response.text()}`);
    return { id, headers: { cookie: cookie.join("; ") }, operator: this.operator({ cookie: cookie.join("; ") }) };
  }

  #identity(): Identity {
    return createIdentity({ ...this.store, secret: readSecret(this.dataDir), publicUrl: this.url });
  }

  #session(): Http2SessionManager {
    const session = new Http2SessionManager(this.url);
    this.#sessions.push(session);
    return session;
  }

  #programKey(hostKey: string): Promise<string> {
    const known = this.#programKeys.get(hostKey);
    if (known) return known;
    const { keys } = this.store;
    const made = keys.findKey(hostKey).then(async (record) => {
      if (record?.kind !== "host") return hostKey;
      return (await keys.createKey({ kind: "program", scope: record.scope, createdByUserId: null, label: "" })).key;
    });
    this.#programKeys.set(hostKey, made);
    return made;
  }

  async #start(): Promise<void> {
    const { timing, env: more } = this.#options;
    const { dashboardDir = join(this.dataDir, "no-dashboard"), sdkFile = join(this.dataDir, "no-sdk") } = this.#options;
    const env = { PORT: "0", INTERVAL_LOG: process.env.INTERVAL_LOG ?? "silent", INTERVAL_DATA_DIR: this.dataDir };
    const config = resolveConfig({ ...env, INTERVAL_HOST: "127.0.0.1", ...more }, { dashboardDir, sdkFile });
    this.#running = await startServer(
      { ...config, timing: { ...config.timing, ...timing } },
      "test",
      this.#options.openStore,
    );
    this.#store = await openSqliteStore(this.dataDir, { shared: true });
  }

  async #stop(): Promise<void> {
    for (const session of this.#sessions.splice(0)) session.abort();
    await this.store.close();
    await this.running.close();
  }
}

function adding(headers: Record<string, string>): Interceptor {
  return (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
}
