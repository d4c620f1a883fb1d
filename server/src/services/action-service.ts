import type { ServiceImpl } from "@connectrpc/connect";
import type { ActionService } from "@interval/proto";
import { canOpen, findPlace } from "../domain/access/place.ts";
import { NotFoundError } from "../domain/errors.ts";
import { listed } from "../domain/hosts/listed.ts";
import { callerOf } from "./caller.ts";
import { pageOfEntries } from "./entry-page.ts";
import type { Parts } from "./parts.ts";

export function actionService({ store, hosts }: Parts): ServiceImpl<typeof ActionService> {
  return {
    async listActions(request, context) {
      const place = await findPlace(callerOf(context), request, store.people);
      return pageOfEntries(listed(hosts.entries(place.scope), place), request);
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
