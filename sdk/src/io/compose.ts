import { create } from "@bufbuild/protobuf";
import {
  escapeKey,
  type IoComponent,
  IoComponentSchema,
  type IoSection,
  IoSectionSchema,
  implicitKey,
  limits,
} from "@interval/proto";
import type { Assets, Uploads } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";
import { warnOfStart } from "./answerable.ts";
import { readGroupOptions } from "./group-options.ts";
import type { AnyBuilt } from "./method.ts";
import { isRecord, PropReader, show } from "./props.ts";
import { type AddedValidator, type ComponentBody, describedBy, type GroupBody, type Spec } from "./spec.ts";

/** One component of a call, with what answers to it mean. */
export interface Field {
  key: string;
  /** The method's full name, such as "io.input.text". */
  method: string;
  component: IoComponent;
  built: AnyBuilt;
  validators: readonly AddedValidator[];
  /** What must be stored before the component is sent, or sent anew. */
  uploads: Uploads;
  /** What the developer should know of and has not been told yet; a value that comes later may add to it. */
  warnings: string[];
}

/** The checks of a group, and what they check. */
interface GroupCheck {
  validators: readonly AddedValidator[];
  read: (values: ReadonlyMap<string, unknown>) => unknown;
}

/** What a chain asks, ready to be sent. */
export interface Composed {
  /** What identifies the call, before calls of the same kind and label are numbered. */
  baseKey: string;
  fields: Field[];
  sections: IoSection[];
  /** Inner groups before outer ones. */
  groups: GroupCheck[];
  /** Gives values by component key the shape that the program asked for. */
  assemble: (values: ReadonlyMap<string, unknown>) => unknown;
}

type Assemble = Composed["assemble"];

/** What is being read, and where its bytes go. */
type Composing = Composed & { assets: Assets };

/** An implicit key holds at most this much of a label. */
const labelInKey = 120;

/**
 * Reads what a chain describes. Nothing has been sent yet when it throws.
 * @throws {HostMisuseError} naming the method, the prop, and what was expected
 */
export function compose(asked: Spec, assets: Assets): Composed {
  const composed: Composing = {
    baseKey: "",
    fields: [],
    sections: [],
    groups: [],
    assemble: () => null,
    assets,
  };
  const { body } = asked;
  if (body.type === "component") {
    composed.baseKey = ownKey(asked);
    composed.assemble = addComponent(asked, body, composed.baseKey, "", composed);
  } else {
    composed.assemble = addGroup(asked, body, "", composed);
    const labels = composed.fields.map(({ component }) => component.label).join(", ");
    const { label = labels } = readGroupOptions(body.options);
    composed.baseKey = givenKey(asked) ?? keyOfLabel("group", label);
  }
  return composed;
}

function addComponent(asked: Spec, body: ComponentBody, key: string, section: string, into: Composing): Assemble {
  const read = new PropReader(asked.method, body.props, into.assets, asked.multiple);
  if (typeof body.label !== "string") {
    throw new HostMisuseError(
      `${asked.method}: the label (first argument) must be a string, but it is ${show(body.label)}.`,
    );
  }
  const built = body.build(read);
  const component = create(IoComponentSchema, {
    key,
    section,
    label: body.label.toWellFormed(),
    helpText: read.string("helpText"),
    disabled: read.boolean("disabled"),
    optional: asked.optional,
    multiple: asked.multiple !== undefined,
    kind: built.kind,
  });
  warnOfStart(component, read);
  into.fields.push({
    key,
    method: asked.method,
    component,
    built,
    validators: asked.validators,
    uploads: read.uploads,
    warnings: read.warnings,
  });
  // A lone component is renamed when its call gets its number, so the key is read when it is needed.
  const field = into.fields.at(-1);
  return (values) => values.get(field?.key ?? key);
}

function addGroup(asked: Spec, { items }: GroupBody, section: string, into: Composing): Assemble {
  const members = Array.isArray(items) ? items.entries() : isRecord(items) ? Object.entries(items) : undefined;
  if (!members)
    throw new HostMisuseError(`io.group: the first argument must be an array or an object, but it is ${show(items)}.`);
  const taken = new Map<string, number>();
  const parts = [...members].map(([name, item]): [string | number, Assemble] => {
    const described = specOf(item, name);
    const own = typeof name === "string" ? escapeKey(name.toWellFormed()) : numbered(ownKey(described), taken);
    const key = checkLength(described, section ? `${section}/${own}` : own);
    const { body } = described;
    if (body.type === "component") {
      if (into.fields.some((field) => field.key === key)) {
        throw new HostMisuseError(`${described.method}: there are two members with the key "${key}" in this group.`);
      }
      return [name, addComponent(described, body, key, section, into)];
    }
    const { label, helpText } = readGroupOptions(body.options);
    into.sections.push(create(IoSectionSchema, { key, label, helpText }));
    return [name, addGroup(described, body, key, into)];
  });
  const assemble: Assemble = Array.isArray(items)
    ? (values) => parts.map(([, part]) => part(values))
    : (values) => Object.fromEntries(parts.map(([name, part]) => [name, part(values)]));
  if (asked.validators.length > 0) into.groups.push({ validators: asked.validators, read: assemble });
  return assemble;
}

function specOf(item: unknown, name: string | number): Spec {
  const where = `io.group: the member ${JSON.stringify(name)}`;
  const described = describedBy(item);
  if (!described) {
    throw new HostMisuseError(`${where} must be an I/O method that is not awaited, but it is ${show(item)}.`);
  }
  if (described.alone)
    throw new HostMisuseError(`${where} is ${described.method}, which stands alone. Await it by itself.`);
  if (described.choices) {
    throw new HostMisuseError(`${where} has choices. Give them to the group: io.group(...).withChoices([...]).`);
  }
  return described;
}

/** The key that a component or group says it has, else one made of kind and label. */
export function ownKey(asked: Spec): string {
  const { body } = asked;
  const given = givenKey(asked);
  if (given !== undefined) return given;
  if (body.type === "group") return keyOfLabel("group", readGroupOptions(body.options).label ?? "");
  return keyOfLabel(body.kind, typeof body.label === "string" ? body.label : "");
}

/** The beginning of a label may end within a pair of surrogates, which the wire would change: no answer would fit the key. */
function keyOfLabel(kind: string, label: string): string {
  return implicitKey(kind, label.slice(0, labelInKey).toWellFormed(), 1);
}

/**
 * The key that a component or group says it has.
 * @throws {HostMisuseError} for one that is no text, or too long
 */
function givenKey(asked: Spec): string | undefined {
  const { method, body } = asked;
  const props: unknown = body.type === "group" ? readGroupOptions(body.options) : body.props;
  const key = isRecord(props) ? props.key : undefined;
  if (key === undefined || key === null || key === "") return undefined;
  if (typeof key !== "string") throw new HostMisuseError(`${method}: "key" must be a string, but it is ${show(key)}.`);
  return checkLength(asked, key.toWellFormed());
}

/** @throws {HostMisuseError} for a key that is too long for what is said about its component */
function checkLength({ method }: Spec, key: string): string {
  if (key.length <= limits.keyLength) return key;
  throw new HostMisuseError(
    `${method}: the key has ${key.length} characters with the sections around it; at most ${limits.keyLength} are possible. It is ${show(key)}.`,
  );
}

/** A key that is not taken yet: itself, else with its number behind it. */
export function numbered(base: string, taken: Map<string, number>): string {
  let count = taken.get(base) ?? 0;
  let key: string;
  do {
    count++;
    key = count > 1 ? `${base}#${count}` : base;
  } while (key !== base && taken.has(key));
  taken.set(base, count);
  if (key !== base) taken.set(key, 1);
  return key;
}
