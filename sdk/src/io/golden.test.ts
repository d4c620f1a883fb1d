// The golden cases of the protocol, answered to programs: what the schema refuses never reaches one, what it takes does.
import { create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import {
  FieldErrorCode,
  FieldErrorSchema,
  IoAnswerSchema,
  IoCallSchema,
  type IoComponent,
  IoValueSchema,
  isInputKind,
} from "@interval/proto";
import { describe, expect, it } from "vitest";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { compose } from "./compose.ts";
import { goldenCases, hostDecides, promiseFiles, specOf } from "./golden.test-util.ts";
import { judge } from "./judge.ts";
import { methods } from "./methods.ts";

const assets = new MemoryAssets().of("run_1");

/** Asks for a component as a program would, and judges an answer to it. */
async function judged(component: IoComponent, value: JsonObject | null) {
  const composed = compose(specOf(component), assets);
  await promiseFiles(composed);
  const components = composed.fields.map((field) => field.component);
  const call = create(IoCallSchema, { key: composed.baseKey, components, awaitsAnswer: true });
  const values = value ? { [component.key]: fromJson(IoValueSchema, value) } : {};
  return judge(call, composed, undefined, create(IoAnswerSchema, { values }));
}

describe.each(goldenCases)("$component.kind.case: $component.kind.value", ({ component, good, bad }) => {
  it.each(hostDecides.has(component.kind.case) ? [] : good)("takes: $note", async ({ value }) => {
    expect(await judged(component, value)).toMatchObject({ ok: true });
  });

  it.each(bad)("refuses: $note", async ({ value, errors }) => {
    const verdict = await judged(component, value);
    const codes = errors.map((error) => FieldErrorCode[fromJson(FieldErrorSchema, error).code]);
    expect(!verdict.ok && verdict.errors.map(({ code }) => FieldErrorCode[code])).toEqual(codes);
  });
});

it("runs the cases of every input that the SDK has", () => {
  const inputs = Object.keys(methods).filter(isInputKind);
  expect(new Set(goldenCases.map(({ component }) => component.kind.case))).toEqual(new Set(inputs));
});
