import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useToasts } from "../../composables/useToasts.ts";
import { mountIo } from "../../demo/mount.ts";
import ToastStack from "./ToastStack.vue";

const { toast, toasts, dismiss } = useToasts();

describe("toasts", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    for (const { id } of toasts.value) dismiss(id);
    vi.useRealTimers();
  });
  const texts = () => toasts.value.map(({ text }) => text);

  it("are put into a region that was there before them, so that they are read out", async () => {
    const stack = mountIo(ToastStack, {});
    const region = stack.get("[role=status][aria-live=polite]").element;
    toast("Link copied");
    await flushPromises();
    expect(region.textContent).toContain("Link copied");
    stack.unmount();
  });

  it("go by themselves, but not while they are pointed at", async () => {
    const stack = mountIo(ToastStack, {});
    toast("Saved");
    await flushPromises();
    await stack.get("[role=status]").trigger("pointerenter");
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(["Saved"]);
    await stack.get("[role=status]").trigger("pointerleave");
    vi.advanceTimersByTime(8_000);
    expect(texts()).toEqual([]);
    stack.unmount();
  });

  it("are three at most, and the same text stands there once", () => {
    for (const text of ["a", "b", "c", "b", "d"]) toast(text);
    expect(texts()).toEqual(["c", "b", "d"]);
  });
});
