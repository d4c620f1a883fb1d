import { clone } from "@bufbuild/protobuf";
import {
  type AssetUse,
  type FieldError,
  FieldErrorCode,
  fieldError,
  findAssets,
  type IoAnswer,
  IoAnswerSchema,
  IoValueSchema,
} from "@interval/proto";
import type { AssetRecord } from "../../store/store.ts";

/** Stored assets by id, as far as there are any. */
export type AssetRecords = ReadonlyMap<string, AssetRecord>;

/** What an answer is to, and who gives it. */
export interface AnswerOf {
  runId: string;
  callKey: string;
  /** The person or key that answers. */
  by: string;
}

/** The ids of the assets that an answer names. */
export function assetsOfAnswer(answer: IoAnswer): string[] {
  return usesOf(answer).map(({ id }) => id);
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
 * @returns the answer with our record's names, types and sizes, and an error for each asset that was not uploaded for it
 */
export function settleAssets(
  given: IoAnswer,
  of: AnswerOf,
  records: AssetRecords,
): { answer: IoAnswer; errors: FieldError[] } {
  const answer = clone(IoAnswerSchema, given);
  const errors: FieldError[] = [];
  for (const { id, componentKey, path, record } of usesOf(answer)) {
    const known = records.get(id);
    if (known && isAnswerable(known, componentKey, of)) record(known);
    else errors.push(fieldError(componentKey, { ...unknownFile, path }));
  }
  return { answer, errors };
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
