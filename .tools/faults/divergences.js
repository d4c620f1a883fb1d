// Which executions of a run had a program that was edited under what the run had recorded by then.
import { fromParams } from "@interval/proto";
import { addedKey, editedAt, versionKey } from "./workload.js";

/**
 * Looks for executions that had to diverge, in the journal alone.
 *
 * @returns what those have done all the same, and whether the last execution was one of them
 */
export function divergences(run, events) {
  const none = { wentOn: [], isLast: false };
  if (run.action !== "edited") return none;
  const { seed, number } = fromParams(run.params);
  const at = editedAt(seed, number);
  const recorded = new Set();
  const wentOn = [];
  let isEdited = false;
  for (const { kind } of events) {
    if (kind.case === "assigned") isEdited = false;
    const key = keyOf(kind);
    if (kind.case === "called" && key.startsWith(versionKey)) {
      isEdited = disagrees(versionOf(kind.value.call), recorded, at);
      continue;
    }
    if (!isMember(kind)) continue;
    if (isEdited) wentOn.push(`${kind.case} ${key}`);
    recorded.add(key);
  }
  return { wentOn, isLast: isEdited };
}

/** What was added comes before the step of the plan at which it was: it must not be missing there, nor be there and not be asked for. */
function disagrees(version, recorded, at) {
  if (version % 2 === 0) return recorded.has(addedKey);
  return !recorded.has(addedKey) && [...recorded].some((key) => placeOf(key) >= at);
}

/** The place of something recorded in its plan; the last question comes after everything. */
function placeOf(key) {
  const [, index] = /(\d+)$/.exec(key) ?? [];
  return index === undefined ? Number.POSITIVE_INFINITY : Number(index);
}

function isMember({ case: name, value }) {
  return name === "stepped" || name === "accepted" || (name === "called" && value.call.awaitsAnswer);
}

function keyOf({ case: name, value }) {
  if (name === "called") return value.call.key;
  return name === "stepped" ? value.key : name === "accepted" ? value.callKey : "";
}

function versionOf({ components: [heading] }) {
  return Number(heading.label.replace("Version ", ""));
}
