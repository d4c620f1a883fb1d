import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { byteCount, type Catalog, CatalogSchema, limits, RouteSchema } from "@interval/proto";
import { toAccess } from "../access.ts";
import { Action } from "../action.ts";
import { HostMisuseError } from "../errors.ts";
import type { Page } from "../page.ts";

/** What a frame has beside the catalogue, in bytes: faults of routes, and runs that are alive. */
const frameRest = 384 * 1024;

/**
 * What a host tells the server about its routes.
 * @throws {HostMisuseError} for more than one frame can say
 */
export function toCatalog(all: ReadonlyMap<string, Action | Page>): Catalog {
  const routes = [...all].map(([path, route]) => {
    const { name, description, unlisted = false, access } = route.definition;
    const common = { path, name, description, unlisted, access: toAccess(access, `"${path}"`) };
    if (!(route instanceof Action)) {
      const hasHandler = route.definition.handler !== undefined;
      return create(RouteSchema, { ...common, kind: { case: "page", value: { hasHandler } } });
    }
    const { backgroundable = false, warnOnClose, durable = false } = route.definition;
    return create(RouteSchema, {
      ...common,
      kind: { case: "action", value: { backgroundable, warnOnClose, durable } },
    });
  });
  const hash = createHash("sha256");
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) hash.update(toBinary(RouteSchema, route));
  const catalog = create(CatalogSchema, { routes, digest: hash.digest("hex") });
  const bytes = toBinary(CatalogSchema, catalog).length;
  const most = limits.frameBytes - frameRest;
  if (bytes <= most) return catalog;
  throw new HostMisuseError(
    `The ${routes.length} routes have ${byteCount(bytes)} of names and descriptions; at most ${byteCount(most)} are possible. Shorten them, or split the program.`,
  );
}
