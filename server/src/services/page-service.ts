import { toBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { checkFetch, IoFetchSchema, limits, type PageService } from "@interval/proto";
import { checkSize } from "../domain/check-size.ts";
import { InvalidError } from "../domain/errors.ts";
import { callerOf } from "./caller.ts";
import type { Parts } from "./parts.ts";

export function pageService({ pages, fetches }: Parts): ServiceImpl<typeof PageService> {
  return {
    async fetchPart({ pageId, partKey, fetch }, context) {
      checkSize("What is asked for", fetch && toBinary(IoFetchSchema, fetch).length, limits.fetchBytes);
      const { host, component } = pages.part(callerOf(context), pageId, partKey);
      const fault = checkFetch(component, fetch);
      if (fault) throw new InvalidError(fault);
      const scope = { case: "pageId" as const, value: pageId };
      const page = await fetches.ask(host, scope, { callKey: "", componentKey: partKey, fetch }, context.signal);
      return { page };
    },

    async refreshPage({ pageId, partKey }, context) {
      pages.refresh(callerOf(context), pageId, partKey);
      return {};
    },
  };
}
