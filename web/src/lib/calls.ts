import { type IoCall, isInputKind } from "@interval/proto";

/** What a call asks for: its own title, else those of its fields, else its key. */
export function titleOf(call: IoCall | undefined): string | readonly string[] {
  if (call?.label) return call.label;
  const asked = call?.components.filter(({ kind }) => kind.case === undefined || isInputKind(kind.case)) ?? [];
  const labels = (asked.length > 0 ? asked : (call?.components ?? [])).map(({ label }) => label).filter(Boolean);
  return labels.length > 0 ? labels : (call?.key ?? "");
}
