import { create } from "@bufbuild/protobuf";
import { type IoAnswer, IoAnswerSchema, IoCallSchema, type IoValue } from "@interval/proto";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { type Composed, compose } from "./compose.ts";
import { judge } from "./judge.ts";
import { type Spec, spec } from "./spec.ts";

/** A value by its case, such as `{ inputText: { text: "Ada" } }`. */
export type AnswerKind = Partial<Record<NonNullable<IoValue["kind"]["case"]>, object>>;

function answerOf(values: Record<string, AnswerKind>, choice?: string): IoAnswer {
  const packed = Object.entries(values).map(([key, kind]) => {
    const [[name, value] = []] = Object.entries(kind);
    return [key, { kind: { case: name, value } }];
  });
  return create(IoAnswerSchema, { values: Object.fromEntries(packed), choice });
}

interface Asked {
  [spec]: Spec;
}

/** What a method asks, ready to be sent. */
export function composed(asked: Asked, store = new MemoryAssets()): Composed {
  return compose(asked[spec], store.of("run_1"));
}

/** Judges an answer as a run would: the program's value, else what is wrong. */
export async function judged(
  asked: Asked,
  values: Record<string, AnswerKind>,
  choice?: string,
  read: Composed = composed(asked),
) {
  const { choices } = asked[spec];
  const call = create(IoCallSchema, {
    key: read.baseKey,
    components: read.fields.map(({ component }) => component),
    choices: choices?.map((each) =>
      typeof each === "string"
        ? { value: each, label: each }
        : { value: each.value, skipValidation: each.validate === false },
    ),
    awaitsAnswer: true,
  });
  const verdict = await judge(call, read, choices, answerOf(values, choice));
  return verdict.ok ? verdict.value : verdict.errors.map(({ componentKey, code, text }) => [componentKey, code, text]);
}
