import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { limits, optionKey, type SelectOption, SelectOptionSchema, toValue, ValueSchema } from "@interval/proto";
import type { Uploads } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";
import { type ImageProps, toImage } from "./image.ts";
import { bareValue, type OptionValue, textOfOption } from "./options.ts";
import { isRecord, show } from "./props.ts";

/** What is shown of an item. */
export type RenderedItem =
  | OptionValue
  | {
      label: OptionValue;
      /** A second line. */
      description?: string | null;
      image?: ImageProps | null;
    };

/** So many items that were found are remembered; the longest unseen give way. */
const maxFound = 5000;

/** An item, and what was shown of it. */
export interface Shown<Item> {
  item: Item;
  option: SelectOption;
}

/** The items that one search has shown, so that the very item comes back when its key is chosen. */
export class SearchItems<Item> {
  readonly #method: string;
  readonly #render: (item: Item) => unknown;
  /** What was there from the start; it is never forgotten. */
  readonly #first = new Map<string, Shown<Item>>();
  readonly #found = new Map<string, Shown<Item>>();

  /** @param render what is shown of an item; by default itself */
  constructor(method: string, render: ((item: Item) => unknown) | undefined) {
    this.#method = method;
    this.#render = render ?? ((item) => item);
  }

  /** Packs items that are there from the start. */
  start(items: readonly Item[], uploads: Uploads): SelectOption[] {
    return this.#pack(items, this.#first, uploads);
  }

  /** Packs items that were searched for. */
  found(items: readonly Item[], uploads: Uploads): SelectOption[] {
    const options = this.#pack(items, this.#found, uploads);
    const most = Math.max(maxFound, options.length);
    for (const key of this.#found.keys()) {
      if (this.#found.size <= most) break;
      this.#found.delete(key);
    }
    return options;
  }

  /** The item that was shown under a key. */
  get(key: string): Shown<Item> | undefined {
    return this.#found.get(key) ?? this.#first.get(key);
  }

  /** What is shown of an item. */
  labelOf(item: Item, uploads: Uploads): string {
    return this.#packItem(item, uploads).label;
  }

  /** Of items that are equal in all that is known of them, one is shown. */
  #pack(items: readonly Item[], known: Map<string, Shown<Item>>, uploads: Uploads): SelectOption[] {
    const options = new Map<string, SelectOption>();
    for (const item of items) {
      const option = this.#packItem(item, uploads);
      if (options.has(option.key)) continue;
      options.set(option.key, option);
      known.delete(option.key);
      known.set(option.key, { item, option });
    }
    return [...options.values()];
  }

  #packItem(item: Item, uploads: Uploads): SelectOption {
    const where = `${this.#method}: "renderResult"`;
    const rendered = this.#render(item);
    const parts: Record<string, unknown> =
      isRecord(rendered) && !(rendered instanceof Date) ? rendered : { label: rendered };
    const label = bareValue(parts.label);
    if (label === undefined) {
      throw new HostMisuseError(`${where} must give a text or { label, description?, image? }, not ${show(rendered)}.`);
    }
    const { description, image } = parts;
    const option = create(SelectOptionSchema, {
      label: textOfOption(label),
      description: description === undefined || description === null ? undefined : String(description),
      image: toImage(image, `${where}, "image"`, uploads),
    });
    option.key = keyOf(item, option);
    return option;
  }
}

/** The value of a plain item; else a digest of what is in it and what is shown of it, the same in every process. */
function keyOf(item: unknown, { label, description = "" }: SelectOption): string {
  const plain = isRecord(item) && !(item instanceof Date) ? undefined : bareValue(item);
  const key = plain === undefined ? undefined : optionKey(plain);
  if (key !== undefined && key.length <= limits.choiceKeyLength) return key;
  const digest = createHash("sha256").update(toBinary(ValueSchema, toValue(item)));
  return `h:${digest.update(`\0${label}\0${description}`).digest("base64url").slice(0, 22)}`;
}
