// The floor's server: hands the same messages on between a host and a client, and does nothing else.
import http from "node:http";
import http2 from "node:http2";
import { create } from "@bufbuild/protobuf";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  AttachResponseSchema,
  BatchQueue,
  HostService,
  RunEventSchema,
  RunService,
  WatchResponseSchema,
  WatchService,
} from "@interval/proto";

const queue = () => new BatchQueue({ sizeOf: () => 1, batchBytes: 1000, maxBytes: 1000 });
let toHost = queue();
let toClient = queue();
let sequence = 0n;

const happened = (kind) => create(RunEventSchema, { sequence: ++sequence, kind });
const update = (kind) => toClient.push({ subscriptionId: "run", kind });

function relay(frame) {
  if (frame.body.case === "call")
    update({ case: "runEvent", value: happened({ case: "called", value: frame.body.value }) });
  if (frame.body.case === "accepted")
    update({ case: "runEvent", value: happened({ case: "accepted", value: frame.body.value }) });
  if (frame.body.case === "finish")
    update({ case: "runEvent", value: happened({ case: "finished", value: frame.body.value }) });
}

const routes = (router) => {
  router.service(HostService, {
    async *attach(requests) {
      toHost = queue();
      (async () => {
        for await (const { frames } of requests) frames.forEach(relay);
      })().catch(() => toHost.close());
      toHost.push({ body: { case: "welcome", value: {} } });
      for await (const frames of toHost) yield create(AttachResponseSchema, { frames });
    },
  });
  router.service(RunService, {
    startRun({ action, params }) {
      toHost.push({ scope: { case: "runId", value: "run" }, body: { case: "startRun", value: { action, params } } });
      return { state: { run: { id: "run" } } };
    },
    answerCall({ callKey, revision, answer }) {
      const body = { case: "answer", value: { callKey, revision, answer } };
      toHost.push({ sequence: ++sequence, scope: { case: "runId", value: "run" }, body });
      return {};
    },
  });
  router.service(WatchService, {
    async *watch() {
      toClient = queue();
      toClient.push({ kind: { case: "opened", value: { watchId: "watch" } } });
      for await (const updates of toClient) yield create(WatchResponseSchema, { updates });
    },
    subscribe: () => ({}),
  });
};

const handler = connectNodeAdapter({ routes, acceptCompression: [] });
const h2 = http2.createServer(handler);
const server = http.createServer({ noDelay: true }, handler);
const [serve] = server.listeners("connection");
server.removeAllListeners("connection").on("connection", (socket) => {
  socket.once("data", (head) => {
    socket.pause();
    socket.unshift(head);
    if (head.toString("latin1", 0, 3) === "PRI") h2.emit("connection", socket);
    else {
      serve.call(server, socket);
      socket.resume();
    }
  });
});
server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
