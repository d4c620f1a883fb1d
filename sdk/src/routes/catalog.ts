import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { byteCount, type Catalog, CatalogSchema, limits, type Route, RouteSchema } from "@interval/proto";
import { toAccess } from "../access.ts";
import { Action } from "../action.ts";
import { HostMisuseError } from "../errors.ts";
import type { Page } from "../page.ts";

/** The program that the routes are of. */
interface OfProgram {
  /** The program's name. */
  name: string;
  /** The files of routes, by path, as far as they are known. */
  files: ReadonlyMap<string, string>;
}

/** What a frame has beside the catalogue, in bytes: faults of routes, and runs that are alive. */
const frameRest = 384 * 1024;

/**
 * What a host tells the server about its routes.
 * @throws {HostMisuseError} for more than one frame can say
 */
export function toCatalog(all: ReadonlyMap<string, Action | Page>, { name, files }: OfProgram): Catalog {
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
  const known = Object.fromEntries([...files].filter(([path]) => all.has(path)));
  const catalog = create(CatalogSchema, { routes, digest: digestOf(routes, all, { name, files }), files: known });
  const bytes = toBinary(CatalogSchema, catalog).length;
  const most = limits.frameBytes - frameRest;
  if (bytes <= most) return catalog;
  throw new HostMisuseError(
    `The ${routes.length} routes have ${byteCount(bytes)} of names and descriptions; at most ${byteCount(most)} are possible. Shorten them, or split the program.`,
  );
}

/**
 * Identifies what a program does: its name, its routes with all that is said of them, their files, and the source text of their handlers. Processes of
 * the same build have the same one, wherever they run.
 */
function digestOf(
  routes: readonly Route[],
  all: ReadonlyMap<string, Action | Page>,
  { name, files }: OfProgram,
): string {
  const hash = createHash("sha256");
  const add = (part: string | Uint8Array) => hash.update(`${part.length}\n`).update(part);
  add(name);
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    add(toBinary(RouteSchema, route));
    add(files.get(route.path) ?? "");
    const handler = all.get(route.path)?.definition.handler;
    add(handler ? Function.prototype.toString.call(handler) : "");
  }
  return hash.digest("hex");
}
