import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { ActionSettingsService } from "@interval/proto";
import { assertManages, findPlace, type Place } from "../domain/access/place.ts";
import { callerOf } from "./caller.ts";
import { pageOfEntries } from "./entry-page.ts";
import type { Parts } from "./parts.ts";

export function actionSettingsService({ store, hosts, settings }: Parts): ServiceImpl<typeof ActionSettingsService> {
  const managed = async (
    context: HandlerContext,
    request: { organization: string; environment: string },
  ): Promise<Place> => {
    const place = await findPlace(callerOf(context), request, store.people);
    assertManages(place);
    return place;
  };
  return {
    async listActionSettings(request, context) {
      const { scope } = await managed(context, request);
      return pageOfEntries([...hosts.entries(scope).values()], request);
    },

    async getActionSettings(request, context) {
      const { scope } = await managed(context, request);
      const entry = settings.find(scope, request.path);
      const serving = hosts.serving(scope, request.path);
      return { entry, settings: { archived: entry.archived }, hostIds: serving.map(({ id }) => id) };
    },

    async updateActionSettings(request, context) {
      const { scope } = await managed(context, request);
      const { archived } = await settings.update(scope, request.path, request.settings ?? {});
      return { settings: { archived } };
    },
  };
}
