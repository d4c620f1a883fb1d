import type { SelectOption } from "@interval/proto";
import type { Option } from "../ui/OptionList.vue";
import { imageSource } from "./media/source.ts";

/** Up to so many options are all shown; more stand behind a field that filters them. */
export const fewOptions = 6;

export function toOption({ key, label, description, image }: SelectOption): Option {
  const src = imageSource(image);
  return { key, label, description, image: src ? { src, alt: image?.alt ?? "" } : undefined };
}
