// The floor's host: the SDK's frames without the SDK.
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AttachRequestSchema, BatchQueue, fromValue, HostService, toValue } from "@interval/proto";

const baseUrl = process.env.INTERVAL_ENDPOINT;
const transport = createConnectTransport({ baseUrl, httpVersion: "2", acceptCompression: [] });
const out = new BatchQueue({ sizeOf: () => 1, batchBytes: 1000, maxBytes: 1000 });
let sequence = 0n;
let count = 0;
let times = [];
let began = 0;

const send = (body) => out.push({ sequence: ++sequence, scope: { case: "runId", value: "run" }, body });

function ask() {
  began = performance.now();
  const key = times.length === 0 ? "inputText:Your name" : `inputText:Your name#${times.length + 1}`;
  const component = { key, label: "Your name", kind: { case: "inputText", value: {} } };
  send({ case: "call", value: { call: { key, components: [component], awaitsAnswer: true } } });
}

function hear({ body }) {
  if (body.case === "startRun") {
    count = fromValue(body.value.params.count);
    times = [];
    ask();
  } else if (body.case === "answer") {
    const { callKey, revision } = body.value;
    send({ case: "accepted", value: { callKey, revision } });
    times.push(performance.now() - began);
    if (times.length < count) ask();
    else send({ case: "finish", value: { outcome: { case: "success", value: { result: toValue(times) } } } });
  }
}

async function* requests() {
  for await (const frames of out) yield create(AttachRequestSchema, { frames });
}

out.push({ body: { case: "hello", value: {} } });
for await (const { frames } of createClient(HostService, transport).attach(requests())) {
  for (const frame of frames) {
    if (frame.body.case === "welcome") process.send({ url: "" });
    else hear(frame);
  }
}
