import { computed, reactive } from "vue";
import { useRoute } from "vue-router";
import type { Place } from "../lib/links.ts";

/** The organization and environment that the address names. */
export function usePlace(): Place {
  const route = useRoute();
  const text = (name: string) => computed(() => [route.params[name] ?? ""].flat()[0] ?? "");
  return reactive({ organization: text("organization"), environment: text("environment") });
}
