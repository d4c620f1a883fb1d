import type { ServiceImpl } from "@connectrpc/connect";
import type { ActionService } from "@interval/proto";
import { canOpen, findPlace } from "../domain/access/place.ts";
import { InvalidError, NotFoundError } from "../domain/errors.ts";
import { listed } from "../domain/watch/watches.ts";
import { callerOf } from "./caller.ts";
import { pageSizeOf } from "./page-size.ts";
import type { Parts } from "./parts.ts";

export function actionService({ store, hosts }: Parts): ServiceImpl<typeof ActionService> {
  return {
    async listActions(request, context) {
      const place = await findPlace(callerOf(context), request, store.people);
      const after = pathAfter(request.pageToken);
      const entries = listed(hosts.entries(place.scope), place).filter(({ route }) => (route?.path ?? "") > after);
      const page = entries.slice(0, pageSizeOf(request.pageSize));
      const last = page.at(-1)?.route?.path ?? "";
      return {
        entries: page,
        nextPageToken: entries.length > page.length ? Buffer.from(last).toString("base64url") : "",
      };
    },

    async getAction(request, context) {
      const place = await findPlace(callerOf(context), request, store.people);
      const entries = hosts.entries(place.scope);
      const entry = entries.get(request.path);
      if (!entry || !canOpen(request.path, entries, place))
        throw new NotFoundError(`There is no action or page "${request.path}".`);
      return { entry };
    },
  };
}

function pathAfter(token: string): string {
  const path = Buffer.from(token, "base64url").toString();
  if (!/^[\w./-]*$/.test(path)) throw new InvalidError("The page_token is not one that this server made.");
  return path;
}
