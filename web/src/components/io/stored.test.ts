import { create, toBinary } from "@bufbuild/protobuf";
import {
  type CallState,
  CallStatus,
  type IoAnswer,
  IoComponentSchema,
  RunFinishedSchema,
  toValue,
  ValueSchema,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { callState, ioComponent, mountIo } from "../../demo/mount.ts";
import RunOutcome from "../run/RunOutcome.vue";
import ValueView from "../value/ValueView.vue";
import IoForm from "./IoForm.vue";

afterEach(() => {
  document.body.innerHTML = "";
  sessionStorage.clear();
});

type Kind = NonNullable<Parameters<typeof create<typeof IoComponentSchema>>[1]>;

const options = ["a", "b", "c"].map((name) => ({ key: `s:${name}`, label: `Option ${name}` }));
const select: Kind = { kind: { case: "selectSingle", value: { options, defaultValue: "s:b" } } };
const code = (text: string): Kind => ({ kind: { case: "displayCode", value: { code: text } } });

/** Assets that arrive when they are told to. */
class Shelf {
  readonly asked: string[] = [];
  readonly #waiting = new Map<string, PromiseWithResolvers<Uint8Array>>();

  readonly read = (id: string) => {
    this.asked.push(id);
    const waiting = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  };

  async give(id: string, component: Kind): Promise<void> {
    await this.giveBytes(id, toBinary(IoComponentSchema, ioComponent(component)));
  }

  async giveBytes(id: string, bytes: Uint8Array): Promise<void> {
    this.#waiting.get(id)?.resolve(bytes);
    await flushPromises();
  }

  async fail(id: string, text: string): Promise<void> {
    this.#waiting.get(id)?.reject(new Error(text));
    await flushPromises();
  }
}

type State = NonNullable<Parameters<typeof callState>[0]>;
type Call = Extract<NonNullable<State["call"]>, { $typeName?: undefined }>;

function asks(components: Kind[], call: Call = {}, more: Omit<State, "$typeName"> = {}): CallState {
  const made = { key: "ask", awaitsAnswer: true, components, ...call };
  return callState({ status: CallStatus.OPEN, call: made, ...more });
}

function draw(state: CallState) {
  const shelf = new Shelf();
  const sent: IoAnswer[] = [];
  const send = async (_key: string, _revision: number, answer: IoAnswer) => {
    sent.push(answer);
    return { taken: true as const };
  };
  const wrapper = mountIo(IoForm, { runId: "run_1", state, canAnswer: true, send }, { readAsset: shelf.read });
  const primary = () => wrapper.get<HTMLButtonElement>("button[data-primary]");
  return { wrapper, shelf, sent, primary };
}

const stub = { key: "pick", label: "Pick one", stored: "asset_1" };
const name = { key: "name", label: "Name", kind: { case: "inputText" as const, value: { defaultValue: "Ada" } } };

describe("a component of which most is stored", () => {
  it("is a skeleton with its label until it is there, and then a field that starts as it should", async () => {
    const { wrapper, shelf, sent, primary } = draw(asks([name, stub]));
    expect(wrapper.text()).toContain("Pick one");
    expect(wrapper.findAll("[aria-busy=true]")).toHaveLength(1);
    expect(primary().element.disabled).toBe(true);
    await wrapper.get("input").setValue("Grace");
    await wrapper.get("input").trigger("keydown", { key: "Enter" });
    expect(sent).toEqual([]);
    await shelf.give("asset_1", select);
    expect(wrapper.find("[aria-busy=true]").exists()).toBe(false);
    const checked = wrapper.findAll<HTMLInputElement>("input[type=radio]").map(({ element }) => element.checked);
    expect(checked).toEqual([false, true, false]);
    await primary().trigger("click");
    await flushPromises();
    expect(sent[0]?.values).toMatchObject({
      name: { kind: { value: { text: "Grace" } } },
      pick: { kind: { case: "selectSingle", value: { optionKey: "s:b" } } },
    });
  });

  it("gets the cursor once it is there", async () => {
    const { wrapper, shelf } = draw(asks([stub]));
    const focused: unknown = wrapper.vm.$.exposed?.focus();
    await shelf.give("asset_1", select);
    await focused;
    expect((document.activeElement as HTMLInputElement).value).toBe("s:a");
  });

  it("that cannot be loaded says why, and is tried again", async () => {
    const { wrapper, shelf, primary } = draw(asks([stub]));
    await shelf.fail("asset_1", "The server does not answer.");
    expect(wrapper.get("[role=alert]").text()).toContain("The server does not answer.");
    expect(primary().element.disabled).toBe(false);
    const retry = wrapper.findAll("button").find((button) => button.text() === "Try again");
    await retry?.trigger("click");
    expect(wrapper.find("[role=alert]").exists()).toBe(false);
    expect(wrapper.find("[aria-busy=true]").exists()).toBe(true);
    await shelf.give("asset_1", select);
    expect(wrapper.findAll("input[type=radio]")).toHaveLength(3);
    expect(shelf.asked).toEqual(["asset_1", "asset_1"]);
  });

  it("whose bytes are no component says so", async () => {
    const { wrapper, shelf } = draw(asks([stub]));
    await shelf.giveBytes("asset_1", new Uint8Array([255]));
    expect(wrapper.find("[role=alert]").exists()).toBe(true);
  });

  it("is not loaded again for a refusal, which shows what is wrong with it", async () => {
    const { wrapper, shelf } = draw(asks([stub]));
    await shelf.give("asset_1", select);
    const errors = [{ componentKey: "pick", text: "Choose another one." }];
    await wrapper.setProps({ state: asks([stub], {}, { revision: 1, errors }) });
    expect(wrapper.text()).toContain("Choose another one.");
    expect(wrapper.findAll("input[type=radio]")).toHaveLength(3);
    expect(shelf.asked).toEqual(["asset_1"]);
  });

  it("that is sent anew stays as it was until what it has become is there", async () => {
    const shown = (component: Kind) =>
      callState({ status: CallStatus.SHOWN, call: { key: "s", components: [{ key: "code", ...component }] } });
    const { wrapper, shelf } = draw(shown(code("first")));
    await wrapper.setProps({ state: shown({ stored: "asset_1" }) });
    expect(wrapper.text()).toContain("first");
    await shelf.give("asset_1", code("second"));
    expect(wrapper.text()).toContain("second");
    await wrapper.setProps({ state: shown({ stored: "asset_2" }) });
    await shelf.fail("asset_2", "It is gone.");
    expect(wrapper.text()).toContain("second");
    expect(wrapper.get("[role=alert]").text()).toContain("It is gone.");
    await wrapper.setProps({ state: shown({ stored: "asset_1" }) });
    expect(wrapper.find("[role=alert]").exists()).toBe(false);
    expect(shelf.asked).toEqual(["asset_1", "asset_2"]);
  });

  it("lets go of what is not validated meanwhile", async () => {
    const choices = [
      { value: "save", label: "Save" },
      { value: "skip", label: "Skip", skipValidation: true },
    ];
    const { wrapper, shelf, sent } = draw(asks([stub], { choices }));
    const disabled = () => wrapper.findAll<HTMLButtonElement>("button").map(({ element }) => element.disabled);
    expect(disabled()).toEqual([true, false]);
    await shelf.give("asset_1", select);
    expect(disabled()).toEqual([false, false]);
    expect(sent).toEqual([]);
  });
});

describe("a result that is stored", () => {
  it("is loaded, and tried again", async () => {
    const shelf = new Shelf();
    const finished = create(RunFinishedSchema, { outcome: { case: "success", value: { storedResult: "asset_1" } } });
    const wrapper = mountIo(RunOutcome, { finished, developer: false }, { readAsset: shelf.read });
    expect(wrapper.text()).toContain("Completed");
    expect(wrapper.find("[aria-busy=true]").exists()).toBe(true);
    await shelf.fail("asset_1", "The server does not answer.");
    await wrapper.get("button").trigger("click");
    await shelf.giveBytes("asset_1", toBinary(ValueSchema, toValue({ total: 5, name: "Ada" })));
    expect(wrapper.get("dl").text()).toContain("Ada");
    expect(wrapper.find("[role=alert]").exists()).toBe(false);
  });
});

describe("a large value", () => {
  it("is drawn in parts: branches as they are opened, and some of many", async () => {
    const rows = Array.from({ length: 250 }, (_, id) => ({ id, deep: { inside: [`leaf ${id}`] } }));
    const wrapper = mountIo(ValueView, { value: toValue({ rows }) });
    expect(wrapper.text()).toContain("[250]");
    expect(wrapper.text()).not.toContain("leaf 0");
    const more = () => wrapper.findAll("button").find((button) => button.text().startsWith("Show more"));
    expect(wrapper.findAll("summary").length).toBeLessThan(110);
    for (let i = 0; i < 3; i++) await more()?.trigger("click");
    expect(more()).toBeUndefined();
    const [root, , row] = wrapper.findAll<HTMLDetailsElement>("details");
    expect(root?.element.open).toBe(true);
    if (!row) throw new Error("There are rows.");
    row.element.open = true;
    await row.trigger("toggle");
    await vi.waitFor(() => expect(row.text()).toContain("deep"));
  });

  it("shows the beginning of a very long text", async () => {
    const wrapper = mountIo(ValueView, { value: toValue("x".repeat(50_000)) });
    expect(wrapper.text().length).toBeLessThan(11_000);
    await wrapper.get("button").trigger("click");
    expect(wrapper.text().length).toBe(50_000);
  });
});
