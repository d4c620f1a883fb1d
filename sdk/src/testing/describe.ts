import { CallStatus, type IoCall, type RunState } from "@interval/proto";
import { inputsOf } from "./assign.ts";

/** What a call asks, for errors: labels with their kinds. */
export function labelsOf(call: IoCall): string {
  const inputs = inputsOf(call);
  const shown = inputs.length > 0 ? inputs : call.components;
  const labels = shown.map(({ label, kind }) => `"${label}" (${kind.case})`).join(", ") || "nothing";
  const choices = call.choices.map(({ label }) => `"${label}"`).join(", ");
  return choices ? `${labels} with the buttons ${choices}` : labels;
}

/** What a run waits for, for errors. */
export function waitsFor({ calls, loading }: RunState): string {
  const open = calls.flatMap(({ call, status }) =>
    call && status === CallStatus.OPEN ? [`\n  ${labelsOf(call)}`] : [],
  );
  if (open.length > 0) return `It waits for answers to:${open.join("")}`;
  const doing = loading?.label ? `It says that it is doing "${loading.label}"` : "The action is busy";
  return `It waits for no answer. ${doing}: with something slow, give a longer timeoutMs.`;
}
