import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import {
  type Actor,
  ActorSchema,
  type BeginUploadRequest,
  type BeginUploadRequestSchema,
  FileService,
  type IoComponentSchema,
  Role,
  RunEventSchema,
  RunSchema,
  RunService,
  RunStatus,
} from "@interval/proto";
import { createIdentity } from "../auth/identity.ts";
import { readSecret } from "../auth/secret-file.ts";
import { resolveConfig } from "../config.ts";
import { newId } from "../ids.ts";
import { type RunningServer, startServer } from "../server.ts";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/open.ts";
import type { Scope } from "../store/store.ts";

/** Somebody who uses the server: what they send to prove it, and how the journal names them. */
export interface Someone {
  headers: Record<string, string>;
  actor: Actor;
  files: Client<typeof FileService>;
  runs: Client<typeof RunService>;
}

type Purpose = MessageInitShape<typeof BeginUploadRequestSchema>["purpose"];

/** The key of the call that {@link AssetServer.run} makes. */
export const callKey = "call";
/** The process that executes its runs. */
export const instanceId = "instance";

/** For tests of assets: a real server, with runs put straight into its store, so that no host is needed. */
export class AssetServer {
  readonly dataDir: string;
  readonly #running: RunningServer;
  readonly store: SqliteStore;
  readonly scope: Scope;

  private constructor(dataDir: string, running: RunningServer, store: SqliteStore, scope: Scope) {
    this.dataDir = dataDir;
    this.#running = running;
    this.store = store;
    this.scope = scope;
  }

  static async start(env: Record<string, string> = {}): Promise<AssetServer> {
    const dataDir = await mkdtemp(join(tmpdir(), "interval-assets-"));
    const base = { PORT: "0", INTERVAL_HOST: "127.0.0.1", INTERVAL_LOG: "silent", INTERVAL_DATA_DIR: dataDir };
    const running = await startServer(resolveConfig({ ...base, ...env }, join(dataDir, "none")), "test");
    const store = await openSqliteStore(dataDir, { shared: true });
    return new AssetServer(dataDir, running, store, await scopeOf(store, "main", "production"));
  }

  get url(): string {
    return this.#running.url;
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.#running.close();
    await rm(this.dataDir, { recursive: true });
  }

  /** Makes a person and signs them in. */
  async person(firstName: string, role = Role.MEMBER, organization = "main"): Promise<Someone> {
    const identity = createIdentity({ ...this.store, secret: readSecret(this.dataDir), publicUrl: this.url });
    const { id } = await identity.createPerson({ email: `${firstName}@example.com`, firstName, lastName: "" });
    const { organizationId } = await scopeOf(this.store, organization, "production");
    await this.store.people.setMember({ organizationId, userId: id, role });
    const token = new URL(await identity.createSignInLink(id)).hash.slice("#token=".length);
    const response = await fetch(`${this.url}/api/auth/sign-in/link`, {
      method: "POST",
      body: JSON.stringify({ token }),
      headers: { "content-type": "application/json", origin: this.url },
    });
    const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
    return this.#someone({ cookie: cookie.join("; ") }, { case: "user", value: { id } });
  }

  /** Makes a key of an environment. */
  async key(environment = "production", organization = "main"): Promise<Someone> {
    const scope = await scopeOf(this.store, organization, environment);
    const { key, record } = await this.store.keys.createKey({ scope, createdByUserId: null, label: "" });
    return this.#someone({ authorization: `Bearer ${key}` }, { case: "apiKey", value: { id: record.id } });
  }

  /** Makes a run in production that asks somebody, by default for a file. */
  async run({ actor }: Someone, ...components: MessageInitShape<typeof IoComponentSchema>[]): Promise<string> {
    const run = create(RunSchema, { id: newId("run"), action: "a", status: RunStatus.AWAITING_INPUT });
    const asked = components.length > 0 ? components : [fileComponent()];
    const call = { key: callKey, awaitsAnswer: true, components: asked };
    const time = timestampNow();
    const driver = { actor };
    const events = [
      { case: "started" as const, value: { run, driver, hostInstanceId: instanceId } },
      { case: "called" as const, value: { call } },
    ].map((kind, i) => create(RunEventSchema, { sequence: BigInt(i + 1), time, kind }));
    const startedByUserId = actor.kind.case === "user" ? actor.kind.value.id : null;
    const record = { run, scope: this.scope, startedByUserId, sequence: 2, hostInstanceId: instanceId };
    await this.store.journal.createRun(record, events, newId("run"), "test");
    return run.id;
  }

  /** Announces an upload for the file that a run asks for. */
  async begin(
    by: Someone,
    runId: string,
    size: number,
    more: Partial<Pick<BeginUploadRequest, "runId" | "name" | "mediaType" | "requestId">> & { purpose?: Purpose } = {},
  ): Promise<string> {
    const { purpose = { case: "answer", value: { callKey, componentKey: "file" } }, ...rest } = more;
    const file = { name: "a.txt", mediaType: "text/plain", size: BigInt(size), requestId: newId("asset") };
    return (await by.files.beginUpload({ runId, purpose, ...file, ...rest })).assetId;
  }

  /** Uploads a file for what a run asks. */
  async upload(by: Someone, runId: string, body: Uint8Array<ArrayBuffer>, more = {}): Promise<string> {
    const id = await this.begin(by, runId, body.length, more);
    const { status } = await this.asset(by, id, { method: "PUT", body });
    if (status !== 204) throw new Error(`The upload was answered with ${status}.`);
    return id;
  }

  /** Makes a request to an asset's address as a page of the server would. */
  asset(by: Someone | undefined, id: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    const headers = { origin: this.url, ...by?.headers, ...init.headers };
    return fetch(`${this.url}/assets/${id}`, { ...init, headers });
  }

  #someone(headers: Record<string, string>, kind: MessageInitShape<typeof ActorSchema>["kind"]): Someone {
    const transport = createConnectTransport({
      baseUrl: this.url,
      httpVersion: "1.1",
      interceptors: [
        (next) => (request) => {
          for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
          return next(request);
        },
      ],
    });
    const files = createClient(FileService, transport);
    return { headers, actor: create(ActorSchema, { kind }), files, runs: createClient(RunService, transport) };
  }
}

/** A component that asks for a file. */
export function fileComponent(key = "file", value: object = {}): MessageInitShape<typeof IoComponentSchema> {
  return { key, label: key, multiple: true, kind: { case: "inputFile", value } };
}

/** An environment, which is made where it is missing. */
async function scopeOf({ people }: SqliteStore, slug: string, environmentSlug: string): Promise<Scope> {
  const { id: organizationId } =
    (await people.findOrganization(slug)) ?? (await people.createOrganization({ slug, name: slug }));
  const environment = await people.createEnvironment({ organizationId, slug: environmentSlug, name: environmentSlug });
  return { organizationId, environmentId: environment.id, userId: null };
}
