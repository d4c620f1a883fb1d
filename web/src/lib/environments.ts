import { type Environment, entryOf } from "@interval/proto";

/** Colours by which environments are told apart, unless they have one of their own. */
const defaults: Readonly<Record<string, string>> = { production: "bg-error", development: "bg-neutral-500" };

/** How an environment is marked: by a class, or by a colour of its own. */
export interface EnvironmentLook {
  class: string;
  style?: { backgroundColor: string };
  /** Whether it is the person's own. */
  personal: boolean;
}

/** How an environment is marked. Production stands out, so that nobody takes it for another one. */
export function environmentLook({ slug, color }: Pick<Environment, "slug" | "color">): EnvironmentLook {
  const personal = slug === "development";
  if (color) return { class: "", style: { backgroundColor: color }, personal };
  return { class: entryOf(defaults, slug) ?? "bg-info", personal };
}
