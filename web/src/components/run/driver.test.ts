import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  CallStatus,
  type DriverSchema,
  HandoverOutcome,
  type HandoverSchema,
  type RunState,
  RunStateSchema,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSession } from "../../composables/useSession.ts";
import { createDemoTransport } from "../../demo/backend.ts";
import { demoUser } from "../../demo/catalog.ts";
import { callState, mountIo } from "../../demo/mount.ts";
import { tabId } from "../../lib/tab.ts";
import { createApi } from "../../transport.ts";
import IoForm from "../io/IoForm.vue";
import RunDriver from "./RunDriver.vue";

afterEach(() => {
  document.body.innerHTML = "";
  sessionStorage.clear();
});

const user = (id: string, firstName: string) => ({ kind: { case: "user" as const, value: { id, firstName } } });
const me = { kind: { case: "user" as const, value: demoUser } };
const grace = user("grace", "Grace");
const soon = () => timestampFromMs(Date.now() + 8_000);

interface Init {
  driver?: MessageInitShape<typeof DriverSchema>;
  handover?: MessageInitShape<typeof HandoverSchema>;
}
const stateOf = (init: Init): RunState => create(RunStateSchema, { run: { id: "run_1" }, ...init });
const hers = { actor: grace, tabId: "hers" };
const mine = () => ({ actor: me, tabId: tabId() });

async function draw(init: Init, fault?: Error) {
  const session = createSession(createApi(createDemoTransport()));
  await session.load();
  const takeOver = vi.fn(() => (fault ? Promise.reject(fault) : Promise.resolve()));
  const decide = vi.fn((_outcome: HandoverOutcome) => Promise.resolve());
  const wrapper = mountIo(RunDriver, { state: stateOf(init), takeOver, decide }, {}, session);
  const buttons = () => wrapper.findAll("button").map((button) => button.text());
  const press = async (label: string) => {
    await wrapper
      .findAll("button")
      .find((button) => button.text() === label)
      ?.trigger("click");
    await flushPromises();
  };
  return { wrapper, takeOver, decide, buttons, press, text: () => wrapper.text() };
}

describe("who drives", () => {
  it("is said to everybody else, who may ask", async () => {
    const { text, buttons, press, takeOver } = await draw({ driver: hers });
    expect(text()).toContain("Grace drives this run");
    expect(buttons()).toEqual(["Ask to drive"]);
    await press("Ask to drive");
    expect(takeOver).toHaveBeenCalledOnce();
  });

  it.each<[string, Init, string, string]>([
    ["another tab", { driver: { actor: me, tabId: "x" } }, "You drive this run in another tab", "Drive here"],
    ["a program", { driver: { actor: me } }, "A program of yours drives this run", "Drive here"],
    ["nobody", {}, "Nobody drives this run", "Drive here"],
    [
      "a key",
      { driver: { actor: { kind: { case: "apiKey", value: { id: "key_1", prefix: "live_ab" } } } } },
      "live_ab… drives this run",
      "Ask to drive",
    ],
  ])("is %s of the same person, or not", async (_what, init, title, button) => {
    const { text, buttons } = await draw(init);
    expect(text()).toContain(title);
    expect(buttons()).toEqual([button]);
  });

  it("is another tab of one's own: this one goes on if that is closed, which the server knows", async () => {
    expect((await draw({ driver: { actor: me, tabId: "x" } })).takeOver).toHaveBeenCalledExactlyOnceWith(true);
    for (const init of [{ driver: { actor: me } }, { driver: hers }, { driver: mine() }, {}]) {
      expect((await draw(init)).takeOver).not.toHaveBeenCalled();
    }
  });

  it("is this tab: nothing stands in its way", async () => {
    const { wrapper, buttons } = await draw({ driver: mine() });
    expect(buttons()).toEqual([]);
    expect(wrapper.get("[role=status]").classes()).toContain("sr-only");
  });

  it("says why the run could not be asked for", async () => {
    const { press, text } = await draw({ driver: hers }, new ConnectError("Bob has asked already.", Code.Internal));
    await press("Ask to drive");
    expect(text()).toContain("Bob has asked already.");
  });
});

describe("a question that waits", () => {
  const asked = (by: object, outcome = HandoverOutcome.UNSPECIFIED) => ({ by, outcome, until: soon(), sequence: 4n });

  it("counts down for who asked, who may withdraw it", async () => {
    const { text, buttons, press, decide } = await draw({ driver: hers, handover: asked(mine()) });
    expect(text()).toMatch(/Unless Grace says no, you do in [78] sec/);
    expect(buttons()).toEqual(["Withdraw"]);
    await press("Withdraw");
    expect(decide).toHaveBeenCalledWith(HandoverOutcome.WITHDRAWN);
  });

  it.each([
    ["Keep driving", HandoverOutcome.DENIED],
    ["Hand over", HandoverOutcome.GRANTED],
  ])("is put to the driver, who may choose: %s", async (label, outcome) => {
    const { text, buttons, press, decide } = await draw({ driver: mine(), handover: asked(hers) });
    expect(text()).toContain("Grace asks to drive");
    expect(buttons()).toEqual(["Keep driving", "Hand over"]);
    await press(label);
    expect(decide).toHaveBeenCalledWith(outcome);
  });

  it("is read out once, without the seconds, and takes no cursor", async () => {
    const field = document.body.appendChild(document.createElement("input"));
    const { wrapper } = await draw({ driver: mine() });
    field.focus();
    await wrapper.setProps({ state: stateOf({ driver: mine(), handover: asked(hers) }) });
    const live = wrapper.findAll("[role=status], [role=alert], [aria-live]");
    expect(live.map((each) => each.text())).toEqual([expect.stringMatching(/^Grace asks to drive this run\.[^0-9]*$/)]);
    expect(document.activeElement).toBe(field);
  });

  it("of another is no question for a third, who waits", async () => {
    const { text, buttons } = await draw({ driver: hers, handover: asked({ actor: user("bob", "Bob"), tabId: "b" }) });
    expect(text()).toContain("Bob has asked to drive");
    expect(buttons()).toEqual([]);
  });

  it("that was denied may be asked again", async () => {
    const { text, buttons } = await draw({ driver: hers, handover: asked(mine(), HandoverOutcome.DENIED) });
    expect(text()).toContain("Grace keeps driving. You can ask again.");
    expect(buttons()).toEqual(["Ask to drive"]);
  });
});

it("what was typed waits in its tab while somebody else drives", async () => {
  const name = { key: "name", label: "Name", kind: { case: "inputText" as const, value: {} } };
  const open = { status: CallStatus.OPEN, call: { key: "ask", awaitsAnswer: true, components: [name] } };
  const props = { runId: "run_1", state: callState(open), send: () => Promise.resolve({ taken: true as const }) };
  const first = mountIo(IoForm, { ...props, canAnswer: true });
  await first.get("input").setValue("Ada");
  await first.setProps({ canAnswer: false });
  expect(first.get("input").attributes("disabled")).toBeDefined();
  expect(first.findAll("button")).toEqual([]);
  first.unmount();
  const later = mountIo(IoForm, { ...props, canAnswer: false });
  await later.setProps({ canAnswer: true });
  expect(later.get("input").element.value).toBe("Ada");
  expect(later.get("input").attributes("disabled")).toBeUndefined();
});
