import { escapeKey, type IoCall, type IoComponent, isInputKind } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { isRecord } from "../io/props.ts";

/** What a scripted operator enters, by component key. */
export interface Assigned {
  values: Map<string, unknown>;
  /** Names under which the call asks nothing. */
  unknown: string[];
}

/** The components of a call that take an answer. */
export function inputsOf(call: IoCall): IoComponent[] {
  return call.components.filter(({ kind }) => kind.case !== undefined && isInputKind(kind.case));
}

/** Whether values are given by name: plain objects are. Everything else is the value of the only input. */
export function isByName(values: unknown): values is Record<string, unknown> {
  if (!isRecord(values)) return false;
  const prototype: unknown = Object.getPrototypeOf(values);
  return prototype === null || prototype === Object.prototype;
}

/**
 * Finds what values are meant for: by the name that a component has in its group, by its whole key, or by its label. An object under the name
 * of a section holds values of that section.
 * @throws {HostMisuseError} for a name that more than one component has
 */
export function assign(call: IoCall, values: unknown): Assigned {
  const assigned: Assigned = { values: new Map(), unknown: [] };
  if (isByName(values)) {
    assignNamed(call, values, "", assigned);
    return assigned;
  }
  const [only, another] = inputsOf(call);
  if (only && !another) assigned.values.set(only.key, values);
  return assigned;
}

function assignNamed(call: IoCall, values: Record<string, unknown>, section: string, into: Assigned): void {
  for (const [name, value] of Object.entries(values)) {
    const component = findComponent(call, name, section);
    const within = component ? undefined : findSection(call, name, section);
    if (component) into.values.set(component.key, value);
    else if (within !== undefined && isByName(value)) assignNamed(call, value, within, into);
    else into.unknown.push(section ? `${section}/${name}` : name);
  }
}

/** The component of a name. At the top all components of the call are looked through, in a section those within it. */
export function findComponent(call: IoCall, name: string, section = ""): IoComponent | undefined {
  const within = call.components.filter(({ section: own }) => isWithin(own, section));
  const exact = within.find(({ key }) => key === name || key === below(section, name));
  if (exact) return exact;
  const labelled = within.filter(({ label }) => label === name);
  if (labelled.length > 1) {
    const keys = labelled.map(({ key }) => `"${key}"`).join(", ");
    throw new HostMisuseError(
      `There are ${labelled.length} components with the label "${name}". Name them by key: ${keys}.`,
    );
  }
  return labelled[0];
}

/** Whether a call, or something in it, has a key or label. */
export function isNamed(call: IoCall, name: string): boolean {
  return call.key === name || call.label === name || holds(call, name);
}

/** Whether a call has a component of a key or label. */
export function holds({ components }: IoCall, name: string): boolean {
  return components.some(({ key, label }) => key === name || key === escapeKey(name) || label === name);
}

function findSection({ sections }: IoCall, name: string, section: string): string | undefined {
  const key = below(section, name);
  return sections.find((known) => known.key === key || (known.label === name && isWithin(known.key, section)))?.key;
}

function isWithin(key: string, section: string): boolean {
  return section === "" || key === section || key.startsWith(`${section}/`);
}

function below(section: string, name: string): string {
  return section ? `${section}/${escapeKey(name)}` : escapeKey(name);
}
