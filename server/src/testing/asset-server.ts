import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
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
import { newId } from "../ids.ts";
import type { AssetStore, Scope } from "../store/store.ts";
import { TestServer } from "./test-server.ts";

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
  readonly server: TestServer;
  readonly scope: Scope;

  private constructor(server: TestServer, scope: Scope) {
    this.server = server;
    this.scope = scope;
  }

  static async start(env: Record<string, string> = {}): Promise<AssetServer> {
    const server = await TestServer.start({ env });
    return new AssetServer(server, (await server.key()).record.scope);
  }

  get url(): string {
    return this.server.url;
  }

  get assets(): AssetStore {
    return this.server.store.assets;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Makes a person and signs them in. */
  async person(firstName: string, role = Role.MEMBER, organization = "main"): Promise<Someone> {
    const { id, headers } = await this.server.person(firstName, role, organization);
    return this.#someone(headers, { case: "user", value: { id } });
  }

  /** Makes a key of an environment. */
  async key(environment = "production", organization = "main"): Promise<Someone> {
    const { key, record } = await this.server.key(environment, { organization });
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
    await this.server.store.journal.createRun(record, events, newId("run"), "test");
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
    const transport = this.server.transport(headers);
    const files = createClient(FileService, transport);
    return { headers, actor: create(ActorSchema, { kind }), files, runs: createClient(RunService, transport) };
  }
}

/** A component that asks for a file. */
export function fileComponent(key = "file", value: object = {}): MessageInitShape<typeof IoComponentSchema> {
  return { key, label: key, multiple: true, kind: { case: "inputFile", value } };
}
