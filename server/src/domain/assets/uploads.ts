import { randomUUID } from "node:crypto";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  assetLimit,
  type BeginUploadRequest,
  byteCount,
  CallStatus,
  isOver,
  limits,
  type Run,
  type RunState,
  takesAssets,
} from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";
import type { UploadQuotas } from "../../config.ts";
import type { Files } from "../../files/files.ts";
import { newId } from "../../ids.ts";
import type { AssetRecord, AssetStore, JournalStore, Uploader } from "../../store/store.ts";
import { actorOf, canSeeRun } from "../access/place.ts";
import { DeniedError, InvalidError, NotFoundError, OffsetError, TooLargeError } from "../errors.ts";
import type { Pages } from "../pages/pages.ts";
import type { RunActor } from "../runs/actor.ts";
import { actorId, assertDrives } from "../runs/decide.ts";
import { Exclusive } from "./exclusive.ts";
import type { IncomingBytes } from "./incoming.ts";
import { tidyMediaType, tidyName } from "./names.ts";
import { assertWithinQuotas } from "./quotas.ts";

/** For what an upload is, once it is clear that the caller may make it. */
interface Purpose {
  callKey: string;
  componentKey: string;
  uploader: Uploader;
  most: number;
  organizationId: string;
}

/** What comes in: announced first, then byte by byte, in as many requests as it takes. */
export class Uploads {
  readonly #assets: AssetStore;
  readonly #files: Files;
  readonly #journal: JournalStore;
  readonly #findRun: (runId: string) => Promise<RunActor>;
  readonly #pages: Pages;
  readonly #quotas: UploadQuotas;
  readonly #exclusive = new Exclusive();

  constructor(parts: {
    assets: AssetStore;
    files: Files;
    journal: JournalStore;
    findRun: (runId: string) => Promise<RunActor>;
    pages: Pages;
    quotas: UploadQuotas;
  }) {
    this.#assets = parts.assets;
    this.#files = parts.files;
    this.#journal = parts.journal;
    this.#findRun = parts.findRun;
    this.#pages = parts.pages;
    this.#quotas = parts.quotas;
  }

  /**
   * Announces an upload. Repeated with the same request id, it returns the same one.
   *
   * @throws {QuotaError} when it takes more than a quota allows
   */
  async begin(caller: Caller, request: BeginUploadRequest): Promise<AssetRecord> {
    const { runId } = request;
    const { most, ...purpose } = this.#pages.isOpen(runId)
      ? this.#purposeOfPage(caller, request)
      : await this.#purposeOfRun(caller, request);
    const size = Number(request.size);
    if (size < 0) throw new InvalidError(`The size is ${size}; it must be the number of bytes.`);
    if (size > most)
      throw new InvalidError(`The file has ${byteCount(size)}; at most ${byteCount(most)} are possible.`);
    const id = newId("asset");
    const record = await this.#assets.createAsset(
      {
        id,
        runId,
        ...purpose,
        name: tidyName(request.name),
        mediaType: tidyMediaType(request.mediaType),
        size,
        received: 0,
        complete: false,
        kept: purpose.uploader.kind === "host",
        storageKey: `${runId}/${id}`,
        storageState: "",
        createdAt: Date.now(),
      },
      request.requestId || randomUUID(),
    );
    if (record.id !== id) return record; // it was announced before
    // Counted with the new one, so that of many that are announced at once none slips through.
    await assertWithinQuotas(record, this.#assets, this.#quotas).catch(async (error: unknown) => {
      await this.#assets.removeAsset(id);
      throw error;
    });
    return record;
  }

  /** The upload of this caller. Somebody else's is not found. */
  async find(caller: Caller, id: string): Promise<AssetRecord> {
    const record = await this.#assets.readAsset(id);
    if (!record || !(await this.#isOwn(caller, record))) throw unknownAsset(id);
    return record;
  }

  /** Whether a caller may read what belongs to a run or page session. */
  async canRead(caller: Caller, { runId }: AssetRecord): Promise<boolean> {
    if (this.#pages.isOpen(runId)) return this.#pages.isOf(caller, runId);
    const run = await this.#journal.readRun(runId);
    return run !== undefined && canSeeRun(caller, run);
  }

  async #isOwn(caller: Caller, { runId, uploader }: AssetRecord): Promise<boolean> {
    if (this.#pages.isOpen(runId)) return this.#pages.isShownBy(caller, uploader.id, runId);
    const run = await this.#journal.readRun(runId);
    if (!run || !canSeeRun(caller, run)) return false;
    return uploader.kind === "host"
      ? caller.kind === "host" && run.hostInstanceId === uploader.id && isShown(run.run)
      : caller.kind !== "host" && actorId(actorOf(caller, run.scope.organizationId)) === uploader.id;
  }

  async #purposeOfRun(caller: Caller, request: BeginUploadRequest): Promise<Purpose> {
    const run = await this.#findRun(request.runId);
    if (!canSeeRun(caller, run)) throw new NotFoundError(`There is no run ${request.runId}.`);
    return purposeOf(caller, run, request);
  }

  #purposeOfPage(caller: Caller, { runId, purpose }: BeginUploadRequest): Purpose {
    const instanceId = purpose.case === "display" ? purpose.value.hostInstanceId : "";
    if (!this.#pages.isShownBy(caller, instanceId, runId))
      throw new NotFoundError(`The host ${instanceId} does not show the page ${runId}.`);
    return purposeOfDisplay(instanceId, this.#pages.organizationOf(runId));
  }

  /**
   * Takes bytes of an upload; resolves once they are durable. Who comes later goes on with the upload: an older request for
   * it, whose client is likely gone, is ended.
   *
   * @param offset where the bytes begin; "whole" for all of them, whatever has arrived before
   * @throws {OffsetError} when they begin elsewhere than what has arrived ends
   * @throws {TooLargeError} when there are more than were announced
   */
  async receive(
    { id }: AssetRecord,
    offset: number | "whole",
    open: (most: number) => IncomingBytes,
  ): Promise<AssetRecord> {
    return this.#exclusive.run(id, async (stopWith) => {
      let record = await this.#assets.readAsset(id);
      if (!record) throw unknownAsset(id);
      if (offset === "whole" && record.complete) return record; // its client did not hear of it
      if (offset === "whole") record = await this.#restart(record);
      else if (offset !== record.received) throw new OffsetError(record.received);
      if (record.complete) return record;
      // All of it may be here already, from a server that died before it could say so.
      if (record.received < record.size || record.size === 0) {
        const bytes = open(record.size - record.received);
        stopWith(() => bytes.stop());
        record = await this.#take(record, bytes);
      }
      return record.received === record.size ? this.#complete(record) : record;
    });
  }

  async #restart(record: AssetRecord): Promise<AssetRecord> {
    if (record.received === 0) return record;
    await this.#files.remove(storedOf(record));
    return this.#note(record, { received: 0, complete: false, storageState: "" });
  }

  async #take(record: AssetRecord, bytes: IncomingBytes): Promise<AssetRecord> {
    const { received, state } = await this.#files.append(storedOf(record), bytes);
    if (bytes.end === "overlong") {
      throw new TooLargeError(`More bytes came than the ${byteCount(record.size)} that were announced.`);
    }
    if (received === record.received) return record;
    return this.#note(record, { received, complete: false, storageState: state });
  }

  async #complete(record: AssetRecord): Promise<AssetRecord> {
    await this.#files.finish(storedOf(record));
    return this.#note(record, { received: record.size, complete: true, storageState: "" });
  }

  async #note(
    record: AssetRecord,
    to: Pick<AssetRecord, "received" | "complete" | "storageState">,
  ): Promise<AssetRecord> {
    if (await this.#assets.advanceAsset(record.id, record.received, to)) return { ...record, ...to };
    const now = await this.#assets.readAsset(record.id);
    throw now ? new OffsetError(now.received) : unknownAsset(record.id);
  }
}

/** Whether a host may still show something: values that were on their way follow the end of their run. */
function isShown(run: Run | undefined): boolean {
  if (!run) return false;
  return !isOver(run) || (run.endTime !== undefined && Date.now() - timestampMs(run.endTime) < limits.shownAfterEndMs);
}

/** An asset as the storage of files sees it. */
export function storedOf({ storageKey, received, storageState }: AssetRecord) {
  return { key: storageKey, received, state: storageState };
}

/** There is no such asset, or none that the caller may see. */
export function unknownAsset(id: string): NotFoundError {
  return new NotFoundError(`There is no asset ${id}.`);
}

function purposeOf(caller: Caller, run: RunActor, { purpose }: BeginUploadRequest): Purpose {
  switch (purpose.case) {
    case "answer":
      return purposeOfAnswer(caller, run, purpose.value);
    case "display": {
      const { hostInstanceId } = purpose.value;
      const isHost = caller.kind === "host" && run.state.hostInstanceId === hostInstanceId && isShown(run.state.run);
      if (!isHost) throw new NotFoundError(`The host ${hostInstanceId} does not execute the run ${run.id}.`);
      return purposeOfDisplay(hostInstanceId, run.scope.organizationId);
    }
    case undefined:
      throw new InvalidError("Say what the upload is for: for an answer, or for what the host shows.");
    default:
      return purpose satisfies never;
  }
}

function purposeOfDisplay(hostInstanceId: string, organizationId: string): Purpose {
  const uploader = { kind: "host" as const, id: hostInstanceId };
  return { callKey: "", componentKey: "", uploader, most: limits.hostAssetBytes, organizationId };
}

function purposeOfAnswer(
  caller: Caller,
  { state, scope }: RunActor,
  { callKey, componentKey }: { callKey: string; componentKey: string },
): Purpose {
  if (caller.kind === "host") throw new DeniedError("A host answers no calls. A program needs a key of its own.");
  const by = actorOf(caller, scope.organizationId);
  assertDrives(state, by);
  const component = openComponent(state, callKey, componentKey);
  if (!component?.kind.case || !takesAssets(component.kind.case)) {
    throw new NotFoundError(`The call "${callKey}" does not ask for files under the key "${componentKey}".`);
  }
  const uploader = { kind: "operator" as const, id: actorId(by) };
  const most = Math.min(assetLimit(component) ?? limits.fileBytes, limits.fileBytes);
  return { callKey, componentKey, uploader, most, organizationId: scope.organizationId };
}

function openComponent(state: RunState, callKey: string, componentKey: string) {
  const found = state.calls.find(({ call, status }) => call?.key === callKey && status === CallStatus.OPEN);
  return found?.call?.components.find(({ key }) => key === componentKey);
}
