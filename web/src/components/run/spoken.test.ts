import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { CallStatus, type RunState, RunStateSchema } from "@interval/proto";
import { expect, it } from "vitest";
import { nextTick } from "vue";
import { callState, mountIo } from "../../demo/mount.ts";
import RunSpoken from "./RunSpoken.vue";

const step = (key: string, label: string, status = CallStatus.OPEN) =>
  callState({ call: { key, components: [{ key, label }] }, status, sequence: BigInt(key) });
type Init = Omit<MessageInitShape<typeof RunStateSchema>, "$typeName">;
const state = (more: Init): RunState => create(RunStateSchema, { ...more, run: { id: "run_1" } } as Init);

async function heard(...states: RunState[]): Promise<string[]> {
  const [first, ...rest] = states;
  const wrapper = mountIo(RunSpoken, { state: first });
  const region = wrapper.get("[role=status]");
  const texts = [region.text()];
  for (const next of rest) {
    await wrapper.setProps({ state: next });
    await nextTick();
    texts.push(region.text());
  }
  wrapper.unmount();
  return texts;
}

it("tells of new steps and of what is shown, and says nothing of what was there before", async () => {
  const one = step("1", "Name");
  const texts = await heard(
    state({ calls: [one] }),
    state({ calls: [one, step("2", "Orders", CallStatus.SHOWN)] }),
    state({ calls: [one, step("2", "Orders", CallStatus.SHOWN), step("3", "Amount")] }),
  );
  expect(texts).toEqual(["", "Shown: Orders", "New step: Amount"]);
});

it.each([
  [{ case: "success", value: {} }, "The run is completed"],
  [{ case: "failure", value: { message: "The card was declined." } }, "The run has failed: The card was declined."],
  [{ case: "canceled", value: {} }, "The run was canceled"],
  [{ case: "redirected", value: {} }, "The run leads elsewhere"],
] as const)("tells how a run ended: %o", async (outcome, text) => {
  expect(await heard(state({}), state({ finished: { outcome } }))).toEqual(["", text]);
});

it("tells that the host is away once, however long that is", async () => {
  const away = { hostLost: {} };
  expect(await heard(state({}), state(away), state(away))).toEqual([
    "",
    "The host of this action is away",
    "The host of this action is away",
  ]);
});
