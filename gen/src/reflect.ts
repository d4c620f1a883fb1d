import { type DescField, type DescMessage, getOption, type Message, toBinary } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { type IoComponent, IoComponentSchema, IoValueSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import {
  AssetFact,
  asset,
  asset_fact,
  asset_limit,
  sensitive,
  server_answered,
  upload_address,
  upload_relay,
} from "../ts/interval/io/v1/options_pb.ts";
import type { Kind } from "./kinds.ts";

/** What the schema's options say, so that the server never names a component. */

/** Whether the server answers components of a kind, after a check of its own. */
export function isServerAnswered(kind: Kind): boolean {
  const message = caseOf(IoComponentSchema, kind);
  return message !== undefined && getOption(message, server_answered);
}

/** The fields of a message that hold ids of stored assets. */
export function assetFields(message: DescMessage): string[] {
  return message.fields.filter((field) => getOption(field, asset)).map(({ localName }) => localName);
}

/** The fields of a message that are kept out of logs, search text and exports. */
export function sensitiveFields(message: DescMessage): string[] {
  return message.fields.filter((field) => getOption(field, sensitive)).map(({ localName }) => localName);
}

/** Whether an answer to components of a kind can name stored assets. */
export function takesAssets(kind: Kind): boolean {
  const value = caseOf(IoValueSchema, kind);
  return value !== undefined && mayHold(value, isAsset);
}

/** The most bytes that an asset answered to a component may have; `undefined` when its props say nothing. */
export function assetLimit({ kind }: { kind: { case?: Kind | undefined; value?: Message } }): number | undefined {
  const desc = kind.case && caseOf(IoComponentSchema, kind.case);
  const field = desc?.fields.find((each) => getOption(each, asset_limit));
  if (!desc || !field || !kind.value) return undefined;
  const props = reflect(desc, kind.value);
  return props.isSet(field) ? Number(props.get(field)) : undefined;
}

/** The name of what is largest in a component: one of its props, or "label" or "helpText". */
export function largestProp(component: IoComponent): string {
  const name = largestField(reflect(IoComponentSchema, component));
  const { kind } = component;
  const props = kind.case && caseOf(IoComponentSchema, kind.case);
  return name === kind.case && props ? largestField(reflect(props, kind.value)) : name;
}

function largestField(message: ReflectMessage): string {
  const sizes = message.fields.map((field) => {
    const alone = reflect(message.desc, undefined, false); // a text of the program may hold half a surrogate pair
    if (message.isSet(field)) alone.set(field, message.get(field));
    return { name: field.localName, bytes: toBinary(message.desc, alone.message).length };
  });
  return sizes.reduce((largest, each) => (each.bytes > largest.bytes ? each : largest)).name;
}

/** One place in a message that names a stored asset. */
export interface AssetUse {
  id: string;
  /** Where in the message that was searched, such as "files/0". */
  path: string;
  /** Puts what is recorded of the asset in place of what the message says of it. */
  record(facts: AssetFacts): void;
}

/** What is recorded of a stored asset. */
export interface AssetFacts {
  name: string;
  mediaType: string;
  size: number;
}

/** Every place in a message, however deep, that names a stored asset. */
export function findAssets(desc: DescMessage, message: Message): AssetUse[] {
  const uses: AssetUse[] = [];
  walk(reflect(desc, message), "", isAsset, (holder, field, path) => {
    const id = holder.get(field);
    if (typeof id === "string" && id !== "") uses.push({ id, path, record: (facts) => record(holder, facts) });
  });
  return uses;
}

/**
 * Every place in a message where a browser is told where to put bytes. What the function returns becomes the address of the relay
 * beside it; `undefined` leaves it empty.
 */
export function setUploadRelays(
  desc: DescMessage,
  message: Message,
  relayOf: (address: string) => string | undefined,
): void {
  walk(reflect(desc, message), "", isUploadAddress, (holder, field) => {
    const relay = holder.fields.find((each) => getOption(each, upload_relay));
    if (!relay) return;
    const address = holder.get(field);
    const value = typeof address === "string" && address !== "" ? relayOf(address) : undefined;
    if (value === undefined) holder.clear(relay);
    else holder.set(relay, value);
  });
}

function record(holder: ReflectMessage, { name, mediaType, size }: AssetFacts): void {
  for (const field of holder.fields) {
    const fact = getOption(field, asset_fact);
    if (fact === AssetFact.NAME) holder.set(field, name);
    if (fact === AssetFact.MEDIA_TYPE) holder.set(field, mediaType);
    if (fact === AssetFact.SIZE) holder.set(field, BigInt(size));
  }
}

const isAsset: Wanted = (field) => getOption(field, asset);
const isUploadAddress: Wanted = (field) => getOption(field, upload_address);

/** Says which fields are looked for. */
type Wanted = (field: DescField) => boolean;

/** Visits the set fields that are looked for. Messages that cannot hold any are passed over whole: most of a table cannot. */
function walk(
  message: ReflectMessage,
  path: string,
  wanted: Wanted,
  visit: (holder: ReflectMessage, field: DescField, path: string) => void,
): void {
  for (const { field, isWanted, holdsWanted } of routes(message.desc, wanted)) {
    if (!message.isSet(field)) continue;
    if (isWanted) visit(message, field, path);
    if (!holdsWanted) continue;
    const below = path ? `${path}/${field.localName}` : field.localName;
    for (const [key, value] of messagesOf(message, field)) {
      walk(value, key === undefined ? below : `${below}/${key}`, wanted, visit);
    }
  }
}

/** The messages in a field, by index or key where there are several. */
function* messagesOf(holder: ReflectMessage, field: DescField): Iterable<[key: unknown, message: ReflectMessage]> {
  if (field.fieldKind === "message") yield [undefined, holder.get(field)];
  else if (field.fieldKind === "list" || field.fieldKind === "map") {
    for (const [key, value] of holder.get(field).entries()) if (isReflectMessage(value)) yield [key, value];
  }
}

/** A field of a message that is looked for, or has messages below that may hold such fields. */
interface Route {
  field: DescField;
  isWanted: boolean;
  holdsWanted: boolean;
}

/** Options are slow to read, and every message of a run is searched: what was found in a description is remembered. */
const known = new Map<Wanted, WeakMap<DescMessage, Route[]>>();

/** Where in a message to look. */
function routes(desc: DescMessage, wanted: Wanted): Route[] {
  const found = known.get(wanted) ?? new WeakMap<DescMessage, Route[]>();
  known.set(wanted, found);
  let list = found.get(desc);
  if (!list) {
    list = desc.fields
      .map((field) => ({
        field,
        isWanted: wanted(field),
        holdsWanted: field.message !== undefined && mayHold(field.message, wanted),
      }))
      .filter(({ isWanted, holdsWanted }) => isWanted || holdsWanted);
    found.set(desc, list);
  }
  return list;
}

/** Whether a message or anything in it can have a field that is looked for. */
function mayHold(desc: DescMessage, wanted: Wanted): boolean {
  const within = new Set([desc]);
  for (const each of within) for (const { message } of each.fields) if (message) within.add(message);
  return [...within].some(({ fields }) => fields.some(wanted));
}

function caseOf(hub: DescMessage, kind: Kind): DescMessage | undefined {
  return hub.fields.find((field) => field.oneof?.name === "kind" && field.localName === kind)?.message;
}
