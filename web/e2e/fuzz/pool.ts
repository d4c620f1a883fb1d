import type { DescField } from "@bufbuild/protobuf";
import type { Random } from "./random.ts";

/** How many ids of a kind are remembered: the newest. */
const remembered = 200;

/**
 * Ids that exist, by the name of the field that they fit: a request that names nothing real is refused at the door, and tests only the door.
 * Ids of other tenants are among them.
 */
export class Pool {
  readonly #known = new Map<string, string[]>();

  add(field: string, ...ids: string[]): void {
    const known = this.#known.get(field) ?? [];
    this.#known.set(field, known);
    for (const id of ids) if (id !== "" && !known.includes(id)) known.push(id);
    known.splice(0, known.length - remembered);
  }

  /** One of the ids that fit a field. */
  pick(field: Pick<DescField, "localName">, random: Random): string | undefined {
    const known = this.#known.get(aliases[field.localName] ?? field.localName);
    return known && known.length > 0 ? random.of(known) : undefined;
  }
}

/** Fields that take the ids of another field. */
const aliases: Record<string, string> = {
  partKey: "componentKey",
  page: "action",
  path: "action",
  actions: "action",
  ifFree: "runId",
  hostId: "hostInstanceId",
  instanceId: "hostInstanceId",
  key: "componentKey",
};
