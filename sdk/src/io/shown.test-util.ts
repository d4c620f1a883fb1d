import { toJson } from "@bufbuild/protobuf";
import { type IoComponent, IoComponentSchema } from "@interval/proto";
import type { MemoryAssets } from "../assets/memory-assets.ts";
import { composed } from "./judged.test-util.ts";

/** How what is on its way, or will not come, looks in JSON. */
export const pending = { eventual: { pending: {} } };
export const error = (error: string) => ({ eventual: { error } });

/** The one component that a method shows. */
export function only(asked: Parameters<typeof composed>[0], store?: MemoryAssets) {
  const [field] = composed(asked, store).fields;
  if (!field) throw new Error("There is one component.");
  return field;
}

/** What is sent first. */
export function sent(asked: Parameters<typeof only>[0]): IoComponent["kind"] {
  return only(asked).component.kind;
}

/** What is on screen, one after the other: as it is sent first, then as each change leaves it. */
export async function shown(asked: Parameters<typeof only>[0], onChange: (changes: number) => void = () => undefined) {
  const { component, built, uploads } = only(asked);
  const look = () =>
    Object.values(toJson(IoComponentSchema, component) as object).find((part) => typeof part === "object");
  const screens = [look()];
  await built.later?.({
    changed() {
      screens.push(look());
      onChange(screens.length - 1);
    },
  });
  await uploads.done();
  return screens;
}
