import { randomUUID } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { fromValue, RunService, toValue, WatchService } from "@interval/proto";

/**
 * Runs the action "bench", answers all that it asks as a dashboard would, over a watch stream, and returns the times that the host
 * measured, in milliseconds.
 */
export async function operate(url, key, count) {
  const { runs, watches } = clients(url, key);
  const abort = new AbortController();
  let runId = "";
  const answer = (call, revision) => {
    const values = { [call.key]: { kind: { case: "inputText", value: { text: "Ada" } } } };
    return runs.answerCall({ runId, callKey: call.key, revision, answer: { values }, requestId: randomUUID() });
  };
  try {
    for await (const { updates } of watches.watch({}, { signal: abort.signal })) {
      for (const { kind } of updates) {
        switch (kind.case) {
          case "opened": {
            const params = { count: toValue(count) };
            const { state } = await runs.startRun({ action: "bench", params, requestId: randomUUID() });
            runId = state.run.id;
            const topic = { case: "run", value: { runId } };
            await watches.subscribe({ watchId: kind.value.watchId, subscriptionId: "run", topic });
            break;
          }
          case "runState":
            for (const { call, status, revision } of kind.value.calls) if (status === 2) answer(call, revision);
            break;
          case "runEvent": {
            const event = kind.value.kind;
            if (event.case === "called") answer(event.value.call, 0);
            if (event.case === "finished") return fromValue(event.value.outcome.value.result);
          }
        }
      }
    }
  } finally {
    abort.abort();
  }
  throw new Error("the stream ended before the run did");
}

/** Watches the runs of the development environment, as a dashboard's list does. Resolves once it is told of them. */
export async function watchRuns(url, key) {
  const { watches } = clients(url, key);
  const abort = new AbortController();
  const updates = watches.watch({}, { signal: abort.signal })[Symbol.asyncIterator]();
  const { value } = await updates.next();
  const topic = { case: "runList", value: { organization: "main", environment: "development" } };
  const { watchId } = value.updates[0].kind.value;
  await watches.subscribe({ watchId, subscriptionId: "runs", topic });
  const read = async () => {
    while (!(await updates.next()).done);
  };
  read().catch(() => {}); // it was closed
  return { close: () => abort.abort() };
}

function clients(url, key) {
  const authorize = (next) => (request) => {
    request.header.set("Authorization", `Bearer ${key}`);
    return next(request);
  };
  const interceptors = [authorize];
  const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1", useBinaryFormat: true, interceptors });
  return { runs: createClient(RunService, transport), watches: createClient(WatchService, transport) };
}
