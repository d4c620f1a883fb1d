import { createHash } from "node:crypto";
import { arrayBuffer } from "node:stream/consumers";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type IoCall,
  IoCallSchema,
  type IoChosen,
  IoChosenSchema,
  type IoComponent,
  IoComponentSchema,
  isStorable,
  largestProp,
  limits,
  storedMediaType,
  type Value,
  ValueSchema,
} from "@interval/proto";
import type { Assets } from "../assets/assets.ts";
import type { Field } from "../io/compose.ts";
import type { Chosen } from "../io/judge.ts";
import type { Answering } from "../io/method.ts";
import { packChosen } from "./chosen.ts";

/** What a frame has beside its call. */
const frameRest = 4096;
/** What the name of an asset takes in a component, with the beginning of a long label. */
const idBytes = 64 + 3 * limits.inlineText;
/** A component of less is not worth an asset. */
const leastBytes = 4096;

/** A part of a call that could be stored. */
interface Part {
  field: Field;
  /** Where it stands in the call. */
  at: number;
  rest: Uint8Array;
}

/** What a run says that is too large for a message: it becomes assets, and the messages name them. */
export class Stored {
  readonly #assets: Assets;
  /** Ids of what is stored by its digest: an action that asks the same again and again stores it once. */
  readonly #known = new Map<string, Promise<string>>();
  /** How much the run has said inline. Its state, which repeats it, is one message. */
  #inline = 0;
  /** What each component that was sent anew counts for. */
  readonly #counted = new WeakMap<Field, number>();

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /**
   * A call as it is sent: components that are too large are stored, then the largest until the rest fits into a frame. There is nothing
   * to wait for where nothing has to be stored.
   *
   * @param fields those of the call, in its order
   * @throws {HostMisuseError} for a component that is too large for an asset
   */
  call(call: IoCall, fields: readonly Field[]): IoCall | Promise<IoCall> {
    const bytes = toBinary(IoCallSchema, call).length;
    const components = fields.map(kept);
    if (bytes > this.#most(limits.inlineBytes)) return this.#fit(call, components, fields, bytes);
    this.#inline += bytes;
    return { ...call, components };
  }

  /** How much may be inline of what may usually be so much. */
  #most(usual: number): number {
    return this.#inline < limits.runInlineBytes ? usual : leastBytes;
  }

  async #fit(call: IoCall, components: IoComponent[], fields: readonly Field[], size: number): Promise<IoCall> {
    const parts: Part[] = fields.flatMap((field, at) =>
      isStorable(field.component) ? { field, at, rest: restOf(field.component) } : [],
    );
    parts.sort((a, b) => b.rest.length - a.rest.length);
    const most = this.#most(limits.inlineBytes);
    let bytes = size + frameRest;
    const isTooLarge = ({ rest }: Part) => {
      if (rest.length <= most && (bytes <= limits.frameBytes || rest.length < leastBytes)) return false;
      bytes -= rest.length - idBytes;
      return true;
    };
    const tooLarge = parts.filter(isTooLarge);
    this.#inline += bytes;
    const storing = tooLarge.map(async ({ field, at, rest }) => {
      components[at] = await this.#store(field, rest);
    });
    await Promise.all(storing);
    return { ...call, components };
  }

  /** A component as it is sent anew. */
  component(field: Field): IoComponent | Promise<IoComponent> {
    const { component } = field;
    const bytes = toBinary(IoComponentSchema, component).length;
    if (bytes > this.#most(limits.inlineBytes) && isStorable(component)) return this.#store(field, restOf(component));
    this.#inline += bytes - (this.#counted.get(field) ?? 0);
    this.#counted.set(field, bytes);
    return kept(field);
  }

  /** A result as it is sent: itself, or the id of the asset that holds it. */
  async value(value: Value, where: string): Promise<{ inline: Value } | { id: string }> {
    const bytes = toBinary(ValueSchema, value);
    return bytes.length <= limits.inlineBytes ? { inline: value } : { id: await this.#put(bytes, where) };
  }

  /**
   * What was chosen, as it is sent; undefined where there was nothing to choose from.
   * @throws {HostMisuseError} for more than an asset may have
   */
  async chosen(chosen: Chosen, answering: Answering): Promise<IoChosen | undefined> {
    if (chosen.size === 0) return undefined;
    const bytes = await packChosen(chosen, answering);
    if (bytes.length <= this.#most(limits.chosenBytes)) {
      this.#inline += bytes.length;
      return fromBinary(IoChosenSchema, bytes);
    }
    return create(IoChosenSchema, { stored: await this.#put(bytes, "What was chosen") });
  }

  /** What an earlier execution has stored of a call: the same is not stored again. What cannot be read is. */
  async learn({ components }: IoCall): Promise<void> {
    const reading = components.map(async ({ stored }) => {
      const bytes = stored && (await this.#read(stored).catch(() => undefined));
      if (bytes) this.#known.set(digestOf(bytes), Promise.resolve(stored));
    });
    await Promise.all(reading);
  }

  /** What was chosen in an earlier execution. */
  async readChosen(chosen: IoChosen | undefined): Promise<IoChosen | undefined> {
    return chosen?.stored === undefined ? chosen : fromBinary(IoChosenSchema, await this.#read(chosen.stored));
  }

  /** A result of an earlier execution. */
  async readValue(id: string): Promise<Value> {
    return fromBinary(ValueSchema, await this.#read(id));
  }

  async #read(id: string): Promise<Uint8Array> {
    return new Uint8Array(await arrayBuffer(await this.#assets.read(id)));
  }

  async #store({ component, method }: Field, rest: Uint8Array): Promise<IoComponent> {
    const inline = inlineOf(component); // it may change while it is stored
    const where = rest.length > limits.hostAssetBytes ? `${method}: "${largestProp(component)}"` : method;
    const digest = digestOf(rest);
    const storing = this.#known.get(digest) ?? this.#put(rest, where);
    this.#known.set(digest, storing);
    storing.catch(() => this.#known.delete(digest));
    return { ...inline, stored: await storing };
  }

  #put(bytes: Uint8Array, where: string): Promise<string> {
    return this.#assets.put({ bytes, mediaType: storedMediaType, where });
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** A component that frames may keep: where it changes later, those that were sent before stay as they are. */
function kept({ component, built }: Field): IoComponent {
  if (!built.later && !built.reload) return component;
  // By way of its bytes, since a text may hold half a character, which `clone` refuses.
  return fromBinary(IoComponentSchema, toBinary(IoComponentSchema, component));
}

/** What is stored of a component: its kind, and texts that are long. Nothing in it differs where the same is asked again. */
function restOf({ kind, label, helpText }: IoComponent): Uint8Array {
  const long = { label: isLong(label) ? label : undefined, helpText: isLong(helpText) ? helpText : undefined };
  return toBinary(IoComponentSchema, create(IoComponentSchema, { kind, ...long }));
}

/** What stays of a component whose rest is stored. */
function inlineOf(component: IoComponent): IoComponent {
  const { label, helpText } = component;
  return {
    ...component,
    kind: { case: undefined },
    label: isLong(label) ? `${label.slice(0, limits.inlineText)}…` : label,
    helpText: isLong(helpText) ? undefined : helpText,
  };
}

function isLong(text = ""): boolean {
  return text.length > limits.inlineText;
}
