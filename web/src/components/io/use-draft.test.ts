import { create } from "@bufbuild/protobuf";
import { IoValueSchema } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope } from "vue";
import { loadDraft, type Values } from "../../lib/drafts.ts";
import { useDraft } from "./useDraft.ts";

const key = { runId: "run_1", callKey: "name", revision: 0 };
const typed = (text: string): Values => ({
  name: create(IoValueSchema, { kind: { case: "inputText", value: { text } } }),
});
const saved = () => {
  const kind = loadDraft(key)?.name?.kind;
  return kind?.case === "inputText" ? kind.value.text : undefined;
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  sessionStorage.clear();
});

describe("what is typed", () => {
  const open = () => {
    const scope = effectScope();
    return { scope, draft: scope.run(useDraft) ?? useDraft() };
  };

  it("is saved once the tab is idle, the last of it", () => {
    const { draft, scope } = open();
    draft.keep(key, typed("A"));
    draft.keep(key, typed("Ada"));
    expect(saved()).toBeUndefined();
    vi.runAllTimers();
    expect(saved()).toBe("Ada");
    scope.stop();
  });

  it.each([
    ["the page is left", () => window.dispatchEvent(new Event("pagehide"))],
    ["the tab goes out of sight", () => document.dispatchEvent(new Event("visibilitychange"))],
  ])("is saved at once when %s", (_when, happens) => {
    const { draft, scope } = open();
    draft.keep(key, typed("Ada"));
    happens();
    expect(saved()).toBe("Ada");
    scope.stop();
  });

  it("is saved at once when the form goes away", () => {
    const { draft, scope } = open();
    draft.keep(key, typed("Ada"));
    scope.stop();
    expect(saved()).toBe("Ada");
  });

  it("does not come back once it was answered", () => {
    const { draft, scope } = open();
    draft.keep(key, typed("Ada"));
    draft.drop(key);
    vi.runAllTimers();
    scope.stop();
    expect(saved()).toBeUndefined();
  });
});
