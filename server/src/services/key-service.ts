import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { ApiKeyKind, type KeyService, limits } from "@interval/proto";
import { findPlace, type Place } from "../domain/access/place.ts";
import { DeniedError, InvalidError, NotFoundError, TooLargeError } from "../domain/errors.ts";
import type { KeyKind, ListedKey } from "../store/store.ts";
import { callerOf } from "./caller.ts";
import { pageSizeOf } from "./page-size.ts";
import type { Parts } from "./parts.ts";

export function keyService({ store }: Parts): ServiceImpl<typeof KeyService> {
  /** The caller's own development environment. Somebody else's cannot be named. */
  const ownDevelopment = async (
    context: HandlerContext,
    request: { organization: string; environment: string },
  ): Promise<Place> => {
    const place = await findPlace(callerOf(context), request, store.people);
    const { slug, name, personal } = place.environment;
    if (personal) return place;
    throw new DeniedError(
      `${name} is shared: its keys are made on the server, with \`interval key create --environment ${slug}\`.`,
    );
  };
  return {
    async createKey(request, context) {
      const { scope, person } = await ownDevelopment(context, request);
      const label = request.label.trim();
      if (label.length > limits.keyLabel)
        throw new InvalidError(`The label has ${label.length} characters; at most ${limits.keyLabel} are possible.`);
      if ((await store.keys.countKeys(scope)) >= limits.personalKeys)
        throw new TooLargeError(`You have ${limits.personalKeys} keys already. Revoke those that you do not use.`);
      const kind = kindOf(request.kind);
      const requestId = request.requestId || undefined;
      const createdByUserId = person?.id ?? null;
      const { key, record } = await store.keys.createKey({ kind, scope, createdByUserId, label, requestId });
      return { secret: key, key: keyOf(record) };
    },

    async listKeys(request, context) {
      const { scope } = await ownDevelopment(context, request);
      const { pageToken } = request;
      const page = await store.keys.listKeys({ scope, pageSize: pageSizeOf(request.pageSize), pageToken });
      return { keys: page.keys.map(keyOf), nextPageToken: page.nextPageToken };
    },

    async revokeKey({ keyId }, context) {
      const caller = callerOf(context);
      const key = await store.keys.readKey(keyId);
      const isOwn = caller.kind === "person" && key?.scope.userId === caller.person.id;
      if (!isOwn) throw new NotFoundError(`There is no key ${keyId}.`);
      await store.keys.revokeKey(keyId);
      return {};
    },
  };
}

function kindOf(kind: ApiKeyKind): KeyKind {
  switch (kind) {
    case ApiKeyKind.UNSPECIFIED:
    case ApiKeyKind.HOST:
      return "host";
    case ApiKeyKind.PROGRAM:
      return "program";
    default:
      throw new InvalidError(`The kind ${kind} is newer than this server.`);
  }
}

function keyOf({ id, kind, prefix, label, createdAt, lastUsedAt }: ListedKey) {
  const lastUseTime = lastUsedAt === null ? undefined : timestampFromMs(lastUsedAt);
  return {
    id,
    kind: kind === "program" ? ApiKeyKind.PROGRAM : ApiKeyKind.HOST,
    prefix,
    label,
    createTime: timestampFromMs(createdAt),
    lastUseTime,
  };
}
