import { create } from "@bufbuild/protobuf";
import { IoValueSchema } from "@interval/proto";
import { beforeEach, describe, expect, it } from "vitest";
import { dropDrafts, loadDraft, saveDraft } from "./drafts.ts";

const key = { runId: "run_1", callKey: "inputText:Your name", revision: 0 };
const value = create(IoValueSchema, { kind: { case: "inputNumber", value: { number: Number.NaN } } });

beforeEach(() => sessionStorage.clear());

describe("drafts", () => {
  it("come back as they were typed, a number that is none included", () => {
    saveDraft(key, { amount: value, empty: undefined });
    expect(loadDraft(key)).toEqual({ amount: value });
  });

  it("keep what was typed under names that all objects know", () => {
    const names = ["__proto__", "constructor", "toString"];
    saveDraft(key, Object.fromEntries(names.map((name) => [name, value])));
    expect(Object.keys(loadDraft(key) ?? {})).toEqual(names);
  });

  it("belong to one run, one call and one revision", () => {
    saveDraft(key, { amount: value });
    expect(loadDraft({ ...key, revision: 1 })).toBeUndefined();
    expect(loadDraft({ ...key, runId: "run_2" })).toBeUndefined();
  });

  it("go when the call is over, those of its other revisions too, and no others", () => {
    saveDraft(key, { amount: value });
    saveDraft({ ...key, revision: 12 }, { amount: value });
    saveDraft({ ...key, callKey: "inputText:Your name#2" }, { amount: value });
    dropDrafts(key);
    expect(sessionStorage.length).toBe(1);
  });

  it("of another build are passed over", () => {
    saveDraft(key, { amount: value });
    sessionStorage.setItem(sessionStorage.key(0) ?? "", "{");
    expect(loadDraft(key)).toBeUndefined();
  });
});
