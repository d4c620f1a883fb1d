import { create } from "@bufbuild/protobuf";
import { ServerFrameSchema } from "@interval/proto";
import { expect, it } from "vitest";
import { Action } from "../action.ts";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { Dispatcher } from "../host/dispatch.ts";
import { toStart } from "../testing/start.ts";

it("an operator's zone that the host does not know is UTC, and the host's log says so", async () => {
  const warnings: string[] = [];
  const quiet = { debug() {}, info() {}, error() {}, warn: (text: string) => void warnings.push(text) };
  const zones = new Map([
    ["run_1", "Mars/Olympus"],
    ["run_2", "Asia/Tokyo"],
  ]);
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const action = new Action(async (_io, { user }) => {
    if (seen.push(user.timeZone) === zones.size) resolve();
  });
  const route = () => action;
  const dispatcher = new Dispatcher({
    instanceId: "test",
    logger: quiet,
    assets: new MemoryAssets(),
    route,
    onThrown() {},
  });
  dispatcher.attach(() => {}, []);
  for (const [runId, timeZone] of zones) {
    const body = { case: "startRun" as const, value: toStart("zone", { user: { timeZone } }) };
    dispatcher.hear(create(ServerFrameSchema, { sequence: 1n, scope: { case: "runId", value: runId }, body }));
  }
  await promise;
  expect(seen).toEqual(["UTC", "Asia/Tokyo"]);
  expect(warnings).toEqual([
    'run_1: The operator\'s time zone "Mars/Olympus" is not known to this machine: ctx.user.timeZone is "UTC".',
  ]);
});
