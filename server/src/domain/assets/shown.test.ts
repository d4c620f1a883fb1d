import { FailureReason } from "@interval/proto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AssetServer, type Someone } from "../../testing/asset-server.ts";
import type { Operator } from "../../testing/operator.ts";
import { began, type HostBody, logs, type ScriptedHost, success } from "../../testing/scripted-host.ts";

let server: AssetServer;
let key: Someone;
let program: Operator;
beforeAll(async () => {
  server = await AssetServer.start();
  key = await server.key();
  program = server.server.program(hostKey());
});
afterAll(() => server.close());

const shows = (...assetIds: string[]): HostBody => {
  const image = (value: string) => ({ image: { source: { case: "assetId" as const, value } } });
  const components = assetIds.map((id) => ({ key: id, kind: { case: "displayImage" as const, value: image(id) } }));
  return { case: "call", value: { call: { key: "shown", components } } };
};

const hostKey = () => key.headers.authorization?.slice("Bearer ".length) ?? "";

/** A run of a scripted host, and a picture that the host has put for it. */
async function begin(attached?: ScriptedHost) {
  const host = attached ?? (await server.server.host(hostKey()));
  const { state } = await program.runs.startRun({ action: "hello" });
  const runId = state?.run?.id ?? "";
  await host.next("startRun", runId);
  host.say(runId, began);
  const purpose = { case: "display" as const, value: { hostInstanceId: host.instanceId } };
  const put = () => server.upload(key, runId, new Uint8Array([1, 2, 3]), { purpose, mediaType: "image/png" });
  return { host, runId, purpose, put };
}

test("a host shows what it has put for the run, and what follows keeps its order", async () => {
  const { host, runId, put } = await begin();
  host.say(runId, shows(await put(), await put()));
  host.say(runId, logs("after it"));
  host.say(runId, success);
  await host.acknowledged(runId);
  const events = await server.server.store.journal.readEvents(runId, 0, { kinds: "all" });
  expect(events.map(({ kind }) => kind.case)).toEqual(["started", "began", "called", "logged", "finished"]);
  await host.drop();
});

test.each(["of another run", "not whole", "made up"])(
  "a picture %s ends the run, and the host is told",
  async (what) => {
    const { host, runId, purpose } = await begin();
    const other = await begin(host);
    const ids: Record<string, () => Promise<string>> = {
      "of another run": () => other.put(),
      "not whole": () => server.begin(key, runId, 10, { purpose }),
      "made up": async () => "asset_00000000000000000000000000000000",
    };
    const id = (await ids[what]?.()) ?? "";
    host.say(runId, shows(id));
    await host.next("close", runId);
    const { state } = await program.runs.getRun({ runId });
    expect(state?.calls).toEqual([]);
    expect(state?.finished?.outcome.value).toMatchObject({
      reason: FailureReason.PROTOCOL,
      message: `The host names the asset ${id}, which was not uploaded for this run.`,
    });
    await host.drop();
  },
);

const stored: Record<string, (id: string) => HostBody> = {
  "component of a call": (stored) => ({ case: "call", value: { call: { key: "big", components: [{ stored }] } } }),
  "component sent anew": (stored) => ({
    case: "patch",
    value: { callKey: "big", change: { case: "component", value: { key: "big", stored } } },
  }),
  "list of what was chosen": (stored) => ({ case: "accepted", value: { callKey: "big", chosen: { stored } } }),
  "result of a step": (value) => ({ case: "step", value: { key: "a", outcome: { case: "storedResult", value } } }),
  result: (storedResult) => ({ case: "finish", value: { outcome: { case: "success", value: { storedResult } } } }),
};

test.each(Object.entries(stored))("a stored %s has to be the run's own", async (_what, say) => {
  const { host, runId, put } = await begin();
  const other = await begin(host);
  host.say(runId, say(await put()));
  await host.acknowledged(runId);
  const id = await put(); // also after its end: a run may show what was on its way
  host.say(other.runId, say(id));
  await host.next("close", other.runId);
  const { state } = await program.runs.getRun({ runId: other.runId });
  expect(state?.finished?.outcome.value).toMatchObject({
    reason: FailureReason.PROTOCOL,
    message: `The host names the asset ${id}, which was not uploaded for this run.`,
  });
  await host.drop();
});

test("what is stored of a run is read by who sees the run, and by nobody else", async () => {
  const { host, runId, put } = await begin();
  const id = await put();
  host.say(runId, { case: "finish", value: { outcome: { case: "success", value: { storedResult: id } } } });
  await host.acknowledged(runId);
  const { state } = await program.runs.getRun({ runId });
  expect(state?.finished?.outcome).toMatchObject({ case: "success", value: { storedResult: id } });
  expect(Buffer.from(await (await server.asset(key, id)).arrayBuffer())).toEqual(Buffer.from([1, 2, 3]));
  const stranger = await server.person("stranger");
  expect((await server.asset(stranger, id)).status).toBe(404);
  expect((await server.asset(undefined, id)).status).toBe(404);
  await host.drop();
});
