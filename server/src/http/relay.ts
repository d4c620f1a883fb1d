import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "@interval/proto";
import type { Identity } from "../auth/identity.ts";
import { actorOf, canSeeRun } from "../domain/access/place.ts";
import type { SignedAddresses } from "../domain/assets/addresses.ts";
import { NotFoundError, UnavailableError } from "../domain/errors.ts";
import { actorId } from "../domain/runs/decide.ts";
import type { JournalStore } from "../store/store.ts";
import { identifyWriter, incoming, statusOf } from "./assets.ts";
import { putOutside } from "./put-outside.ts";
import { queryOf, send } from "./requests.ts";

/** What puts bytes outside. */
export interface RelayParts {
  identity: Identity;
  journal: JournalStore;
  addresses: SignedAddresses;
  publicUrl: string;
  insecureUploads: boolean;
}

/** Serves `/assets/relay`: puts a browser's bytes to an address that the program of its run gave it, where its own policy forbids that. */
export function serveRelay(parts: RelayParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      await relay(request, response, parts);
    } catch (error) {
      const status = error instanceof UnavailableError ? 502 : statusOf(error);
      if (status === undefined || !(error instanceof Error)) throw error;
      if (!request.destroyed || request.readableEnded) send(response, status, error.message);
    }
  };
}

async function relay(request: IncomingMessage, response: ServerResponse, parts: RelayParts): Promise<void> {
  if (request.method !== "PUT") return send(response, 405, "Only PUT is possible here.");
  const { to } = await targetOf(request, parts);
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) return send(response, 411, "The header Content-Length is missing.");
  if (length > limits.fileBytes) return send(response, 413, `${length} bytes are too many.`);
  const status = await putOutside({
    to,
    mediaType: request.headers["content-type"] ?? "application/octet-stream",
    length,
    body: incoming(request, length),
    insecure: parts.insecureUploads,
  });
  const isTaken = status >= 200 && status < 300;
  if (!isTaken) return send(response, 502, `The storage of this program answered ${status}.`);
  response.setHeader("cache-control", "no-store");
  response.writeHead(204).end();
}

/** Where the bytes go: only where this server has signed that the program wants them, from the one who asked, who still sees the run. */
async function targetOf(request: IncomingMessage, parts: RelayParts) {
  const [caller, target] = [await identifyWriter(request, parts), parts.addresses.readRelay(queryOf(request))];
  const run = target && (await parts.journal.readRun(target.runId));
  const mayAct = run && caller.kind !== "host" && canSeeRun(caller, run);
  const isOwn = mayAct && actorId(actorOf(caller, run.scope.organizationId)) === target.by;
  if (!isOwn) throw new NotFoundError("This address is not good, or not any more. Ask the program for a new one.");
  return target;
}
