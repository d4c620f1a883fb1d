import { clone } from "@bufbuild/protobuf";
import {
  type AssetUse,
  FieldErrorCode,
  fieldError,
  findAssets,
  type IoAnswer,
  IoAnswerSchema,
  IoValueSchema,
  type KeyedFault,
  limits,
} from "@interval/proto";
import type { AssetRecord } from "../../store/store.ts";
import { AnswerRefusedError } from "../errors.ts";

/** Stored assets by id, as far as there are any. */
export type AssetRecords = ReadonlyMap<string, AssetRecord>;

/** What an answer is to, and who gives it. */
export interface AnswerOf {
  runId: string;
  callKey: string;
  /** The person or key that answers. */
  by: string;
}

/**
 * The ids of the assets that an answer names.
 *
 * @throws {AnswerRefusedError} when it names too many
 */
export function assetsOfAnswer(answer: IoAnswer): string[] {
  const uses = usesOf(answer);
  const [actual, max] = [uses.length, limits.answerFiles];
  if (actual > max) {
    const text = `The answer names ${actual} files; at most ${max} are possible.`;
    const fault = { code: FieldErrorCode.TOO_MANY, text, params: { max, actual } };
    throw new AnswerRefusedError(
      [...new Set(uses.map(({ componentKey }) => componentKey))]
        .slice(0, limits.faults)
        .map((key) => fieldError(key, fault)),
    );
  }
  return uses.map(({ id }) => id);
}

/** The ids of those assets that were uploaded for the answer. */
export function answerableAssets(answer: IoAnswer, of: AnswerOf, records: AssetRecords): string[] {
  const fitting = usesOf(answer).filter(({ id, componentKey }) => isAnswerable(records.get(id), componentKey, of));
  return fitting.map(({ id }) => id);
}

/** Whether an asset was uploaded for this very component by the one who answers, and is whole. */
function isAnswerable(record: AssetRecord | undefined, componentKey: string, of: AnswerOf): boolean {
  return (
    record?.complete === true &&
    record.runId === of.runId &&
    record.callKey === of.callKey &&
    record.componentKey === componentKey &&
    record.uploader.kind === "operator" &&
    record.uploader.id === of.by
  );
}

/**
 * Holds the assets that an answer names against what is recorded of them.
 *
 * @returns the answer with our record's names, types and sizes, and a fault for each asset that was not uploaded for it
 */
export function settleAssets(
  given: IoAnswer,
  of: AnswerOf,
  records: AssetRecords,
): { answer: IoAnswer; faults: KeyedFault[] } {
  const answer = clone(IoAnswerSchema, given);
  const faults: KeyedFault[] = [];
  for (const { id, componentKey, path, record } of usesOf(answer)) {
    const known = records.get(id);
    if (known && isAnswerable(known, componentKey, of)) record(known);
    else faults.push([componentKey, { ...unknownFile, path }]);
  }
  return { answer, faults };
}

const unknownFile = {
  code: FieldErrorCode.UNKNOWN_FILE,
  text: "This file was not uploaded here, or is not here any more. Choose it again.",
};

function usesOf(answer: IoAnswer): Array<AssetUse & { componentKey: string }> {
  return Object.entries(answer.values).flatMap(([componentKey, value]) =>
    findAssets(IoValueSchema, value).map((use) => ({
      ...use,
      componentKey,
      path: use.path.slice(use.path.indexOf("/") + 1), // within the value, without the name of its kind
    })),
  );
}
