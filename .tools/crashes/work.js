// What happens in the runs of the writer: they are asked, answered, logged to and ended, by the decisions that the server makes.
import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  CallStatus,
  decideHostFrame,
  HostFrameSchema,
  IoAnswerSchema,
  isOver,
  RunEventSchema,
  RunSchema,
  RunStatus,
} from "@interval/proto";
import { decideAnswer, epochOf } from "../../server/dist/domain/runs/decide.js";
import { newId } from "../../server/dist/ids.js";

/** How often a run of an action asks before it ends. The long ones have snapshots. */
const rounds = { short: 8, long: 160 };

/** Every so many rounds a file is uploaded, too. */
const uploadEvery = 5;

const instanceId = "writer";
const person = { kind: { case: "apiKey", value: { id: "key_writer" } } };

/** A run as the server records it when it is started. */
export function newRun(scope, isLong) {
  const startTime = timestampNow();
  const action = isLong ? "long" : "short";
  const run = create(RunSchema, { id: newId("run"), action, status: RunStatus.STARTING, startedBy: person, startTime });
  const value = { run, driver: { actor: person, tabId: "" }, hostInstanceId: instanceId };
  const started = create(RunEventSchema, { sequence: 1n, time: startTime, kind: { case: "started", value } });
  const record = { run, scope, startedByUserId: null, sequence: 1, hostInstanceId: instanceId };
  return { record, started };
}

/**
 * Brings a run to its end, from wherever it stands.
 * @param acknowledge is told of what is promised beside events
 */
export async function work(store, actor, acknowledge) {
  let frame = await actor.hostSequence(epochOf(actor.state));
  const say = async (...bodies) => {
    const said = bodies.map((body) => {
      const host = { epoch: epochOf(actor.state), sequence: ++frame };
      const { body: made } = create(HostFrameSchema, { body });
      return actor.submit({ decide: (state) => decideHostFrame(state, made), host });
    });
    await Promise.all(said);
    acknowledge({ run: actor.id, host: frame });
  };

  while (!isOver(actor.state.run)) {
    const { state } = actor;
    const last = state.calls.at(-1);
    const callKey = last?.call?.key ?? "";
    if (state.run.status === RunStatus.STARTING) await say({ case: "began", value: {} });
    else if (last?.status === CallStatus.OPEN) {
      if (state.calls.length % uploadEvery === 0) await upload(store, actor.id, acknowledge);
      await answer(actor, callKey, acknowledge);
    } else if (last?.status === CallStatus.SUBMITTED) {
      const loading = { itemsTotal: 3, itemsDone: 1, label: callKey };
      await say(
        { case: "accepted", value: { callKey } },
        ...[1, 2, 3].map((line) => ({ case: "log", value: { values: [text(`line ${line} after ${callKey}`)] } })),
        { case: "loading", value: { loading } },
      );
    } else if (state.calls.length < rounds[state.run.action]) {
      const key = `question ${state.calls.length}`;
      const components = [{ key, label: key, kind: { case: "inputText", value: {} } }];
      await say({ case: "call", value: { call: { key, awaitsAnswer: true, components } } });
    } else await say({ case: "finish", value: { outcome: { case: "success", value: { result: text("done") } } } });
  }
}

async function answer(actor, callKey, acknowledge) {
  const request = randomUUID();
  const values = { [callKey]: { kind: { case: "inputText", value: { text: `${callKey}: ${"Ada ".repeat(20)}` } } } };
  const command = { callKey, revision: 0, answer: create(IoAnswerSchema, { values }), by: person, tabId: "" };
  await actor.submit({
    decide: (state) => decideAnswer(state, { ...command, assets: new Map() }),
    requestId: request,
  });
  acknowledge({ run: actor.id, request });
}

async function upload(store, runId, acknowledge) {
  const id = newId("asset");
  const size = 1000;
  const uploader = { kind: "host", id: instanceId };
  const place = { runId, callKey: "", componentKey: "", storageKey: `${runId}/${id}`, storageState: "" };
  const record = {
    id,
    uploader,
    name: "a.txt",
    mediaType: "text/plain",
    size,
    received: 0,
    complete: false,
    kept: true,
  };
  await store.assets.createAsset({ ...record, ...place, createdAt: Date.now() }, randomUUID());
  acknowledge({ asset: id, received: 0 });
  await store.assets.advanceAsset(id, 0, { received: size, complete: true, storageState: "" });
  acknowledge({ asset: id, received: size });
}

function text(value) {
  return { kind: { case: "stringValue", value } };
}
