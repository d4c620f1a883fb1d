import { create } from "@bufbuild/protobuf";
import { type CallState, CallStatus, FieldErrorSchema, type IoAnswer } from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import type { AnswerOutcome } from "../../composables/useRun.ts";
import { callState, mountIo } from "../../demo/mount.ts";
import IoForm from "./IoForm.vue";

afterEach(() => {
  document.body.innerHTML = "";
  sessionStorage.clear();
});

const name = { key: "name", label: "Name", kind: { case: "inputText" as const, value: {} } };
const open = { status: CallStatus.OPEN, call: { key: "ask", awaitsAnswer: true, components: [name] } };

function draw(state: CallState, outcome: AnswerOutcome = { taken: true }) {
  const sent: IoAnswer[] = [];
  const send = async (_key: string, _revision: number, answer: IoAnswer) => {
    sent.push(answer);
    return outcome;
  };
  return { wrapper: mountIo(IoForm, { runId: "run_1", state, canAnswer: true, send }), sent };
}

/** The key of the component that has the focus. */
function focusedComponent(): string | null | undefined {
  return document.activeElement?.closest("[data-component]")?.getAttribute("data-component");
}

describe("a call's form", () => {
  it("says what is wrong only after it was sent, then live", async () => {
    const { wrapper, sent } = draw(callState(open));
    await wrapper.get("input").setValue(" ");
    expect(wrapper.find("[aria-invalid=true]").exists()).toBe(false);
    await wrapper.get("button").trigger("click");
    expect(wrapper.find("[aria-invalid=true]").exists()).toBe(true);
    expect(sent).toEqual([]);
    await wrapper.get("input").setValue("Ada");
    expect(wrapper.find("[aria-invalid=true]").exists()).toBe(false);
  });

  it("sends what was filled in, by Enter where there is one field and one button", async () => {
    const { wrapper, sent } = draw(callState(open));
    await wrapper.get("input").setValue("Ada");
    await wrapper.get("input").trigger("keydown", { key: "Enter" });
    await flushPromises();
    expect(sent).toMatchObject([{ values: { name: { kind: { case: "inputText", value: { text: "Ada" } } } } }]);
  });

  it("takes Ctrl+Enter alone where there are several fields", async () => {
    const second = { ...name, key: "second", optional: true };
    const { wrapper, sent } = draw(callState({ ...open, call: { ...open.call, components: [name, second] } }));
    await wrapper.get("input").setValue("Ada");
    await wrapper.get("input").trigger("keydown", { key: "Enter" });
    expect(sent).toHaveLength(0);
    await wrapper.get("input").trigger("keydown", { key: "Enter", ctrlKey: true });
    await flushPromises();
    expect(sent).toHaveLength(1);
  });

  it("sends the choice of its button, and no values where it checks none", async () => {
    const choices = [
      { value: "save", label: "Save" },
      { value: "skip", label: "Skip", skipValidation: true },
    ];
    const { wrapper, sent } = draw(callState({ ...open, call: { ...open.call, choices } }));
    await wrapper.findAll("button")[1]?.trigger("click");
    await flushPromises();
    expect(sent).toMatchObject([{ choice: "skip", values: {} }]);
  });

  it("answers a question by its buttons", async () => {
    const sure = { key: "sure", label: "Sure?", kind: { case: "confirm" as const, value: {} } };
    const { wrapper, sent } = draw(callState({ ...open, call: { ...open.call, components: [sure] } }));
    expect(wrapper.findAll("button").map((button) => button.text())).toEqual(["Confirm", "Cancel"]);
    await wrapper.findAll("button")[1]?.trigger("click");
    await flushPromises();
    expect(sent).toMatchObject([{ values: { sure: { kind: { case: "confirm", value: { confirmed: false } } } } }]);
  });

  it("shows why the server refused", async () => {
    const errors = [create(FieldErrorSchema, { componentKey: "name", text: "Not this name." })];
    const { wrapper } = draw(callState(open), { taken: false, errors });
    await wrapper.get("input").setValue("Ada");
    await wrapper.get("button").trigger("click");
    await flushPromises();
    expect(wrapper.text()).toContain("Not this name.");
  });

  it.each([
    ["the thumb of a slider", { case: "inputSlider" as const, value: { min: 1, max: 5 } }, "[role=slider]"],
    ["the first part of a day", { case: "inputDate" as const, value: {} }, "[role=spinbutton]"],
    ["formatted text", { case: "inputRichText" as const, value: {} }, "[role=textbox]"],
  ])("puts the cursor into %s, also where it is at fault", async (_what, kind, at) => {
    const errors = [create(FieldErrorSchema, { componentKey: "k", text: "Not this." })];
    const components = [{ key: "k", label: "Label", optional: true, kind }];
    const { wrapper } = draw(callState({ ...open, call: { ...open.call, components } }), { taken: false, errors });
    wrapper.vm.$.exposed?.focus();
    await expect.poll(() => document.activeElement?.matches(at), { timeout: 10_000 }).toBe(true);
    const button = wrapper.get("button[data-primary]");
    if (button.element instanceof HTMLElement) button.element.focus();
    await button.trigger("click");
    await expect.poll(() => document.activeElement?.matches(at)).toBe(true);
    expect(document.activeElement?.getAttribute("aria-invalid")).toBe("true");
  });

  const mail = { key: "mail", label: "E-mail", optional: true, kind: { case: "inputEmail" as const, value: {} } };
  const two = { ...open, call: { ...open.call, components: [name, mail] } };

  it("puts the focus on the field that the server refuses, not on the first one", async () => {
    const errors = [create(FieldErrorSchema, { componentKey: "mail", text: "Not this address." })];
    const { wrapper } = draw(callState(two), { taken: false, errors });
    await wrapper.get("input").setValue("Ada");
    await wrapper.get("button").trigger("click");
    await expect.poll(focusedComponent).toBe("mail");
  });

  it("puts the focus on the field that the program refuses, when it is asked again", async () => {
    const { wrapper } = draw(callState(two));
    const answer = { values: { name: { kind: { case: "inputText" as const, value: { text: "Ada" } } } } };
    await wrapper.setProps({ state: callState({ ...two, status: CallStatus.SUBMITTED, answer }) });
    const errors = [{ componentKey: "mail", text: "Not this address." }];
    await wrapper.setProps({ state: callState({ ...two, revision: 1, answer, errors }) });
    wrapper.vm.$.exposed?.focus();
    await expect.poll(focusedComponent).toBe("mail");
  });

  it("puts the focus on the message when what is refused is all fields together", async () => {
    const errors = [create(FieldErrorSchema, { text: "Name and address do not belong together." })];
    const { wrapper } = draw(callState(two), { taken: false, errors });
    await wrapper.get("input").setValue("Ada");
    await wrapper.get("button").trigger("click");
    await expect.poll(() => document.activeElement?.textContent).toContain("do not belong together");
  });

  it.each([
    ["a choice of one", { case: "selectSingle" as const, value: { options: [{ key: "s:a", label: "A" }] } }],
    ["a choice of several", { case: "selectMultiple" as const, value: { options: [{ key: "s:a", label: "A" }] } }],
    ["a switch", { case: "inputBoolean" as const, value: {} }],
    ["a file", { case: "inputFile" as const, value: {} }],
  ])("puts the focus into %s that is refused", async (_what, kind) => {
    const components = [name, { key: "k", label: "Label", optional: true, kind }];
    const errors = [create(FieldErrorSchema, { componentKey: "k", text: "Not this." })];
    const state = callState({ ...open, call: { ...open.call, components } });
    const { wrapper } = draw(state, { taken: false, errors });
    await wrapper.get("input").setValue("Ada");
    await wrapper.get("button[data-primary]").trigger("click");
    await expect.poll(focusedComponent).toBe("k");
  });

  it("keeps what was sent when the host refuses it, with what is wrong", async () => {
    const { wrapper } = draw(callState(open));
    const answer = { values: { name: { kind: { case: "inputText" as const, value: { text: "Bob" } } } } };
    await wrapper.setProps({ state: callState({ ...open, status: CallStatus.SUBMITTED, answer }) });
    expect(wrapper.get("input").attributes("disabled")).toBeDefined();
    const errors = [{ componentKey: "name", text: "Bob has left." }];
    await wrapper.setProps({ state: callState({ ...open, revision: 1, answer, errors }) });
    expect(wrapper.get("input").element.value).toBe("Bob");
    expect(wrapper.text()).toContain("Bob has left.");
    await wrapper.get("input").setValue("Ada");
    expect(wrapper.text()).not.toContain("Bob has left.");
  });

  it("has what was typed again after a reload", async () => {
    const first = draw(callState(open));
    await first.wrapper.get("input").setValue("Half a na");
    first.wrapper.unmount();
    expect(draw(callState(open)).wrapper.get("input").element.value).toBe("Half a na");
  });

  it("shows a past step with its answer, closed", () => {
    const answer = { values: { name: { kind: { case: "inputText" as const, value: { text: "Ada" } } } } };
    const { wrapper } = draw(callState({ ...open, status: CallStatus.ACCEPTED, answer }));
    expect(wrapper.get("input").element.value).toBe("Ada");
    expect(wrapper.get("input").attributes("disabled")).toBeDefined();
    expect(wrapper.find("button").exists()).toBe(false);
  });
});
