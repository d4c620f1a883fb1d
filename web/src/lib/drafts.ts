import { create, fromJsonString, toJsonString } from "@bufbuild/protobuf";
import { type IoAnswer, IoAnswerSchema, type IoValue } from "@interval/proto";

/** What was typed into a call, by component key. */
export type Values = Readonly<Record<string, IoValue | undefined>>;

/** Names one asking of one call. */
export interface DraftKey {
  runId: string;
  callKey: string;
  revision: number;
}

/** The values as the answer that is sent: what was left empty is absent. */
export function toAnswer(values: Values, choice?: string): IoAnswer {
  const filled = Object.entries(values).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
  return create(IoAnswerSchema, { values: Object.fromEntries(filled), choice });
}

/** Keeps what was typed for as long as the tab is open. Storage that is full or shut off is no fault. */
export function saveDraft(key: DraftKey, values: Values): void {
  try {
    sessionStorage.setItem(nameOf(key), toJsonString(IoAnswerSchema, toAnswer(values)));
  } catch {
    // The draft is a convenience: without it a reload starts the form anew.
  }
}

/** What was typed, when this tab has it. */
export function loadDraft(key: DraftKey): Values | undefined {
  const text = sessionStorage.getItem(nameOf(key));
  if (!text) return undefined;
  try {
    return fromJsonString(IoAnswerSchema, text, { ignoreUnknownFields: true }).values;
  } catch {
    return undefined; // written by another build
  }
}

/** Forgets what was typed into a call, in every revision. */
export function dropDrafts({ runId, callKey }: Omit<DraftKey, "revision">): void {
  const prefix = nameOf({ runId, callKey, revision: 0 }).slice(0, -1);
  const names = Array.from({ length: sessionStorage.length }, (_, index) => sessionStorage.key(index) ?? "");
  for (const name of names) if (name.startsWith(prefix)) sessionStorage.removeItem(name);
}

function nameOf({ runId, callKey, revision }: DraftKey): string {
  return `interval:draft:${runId}:${encodeURIComponent(callKey)}:${revision}`;
}
