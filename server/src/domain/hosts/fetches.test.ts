// What a component asks of its host, from the operator's request to the host and back.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { FetchedSchema } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator } from "../../testing/operator.ts";
import { asks, type ScriptedHost } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

type Outcome = NonNullable<MessageInitShape<typeof FetchedSchema>["outcome"]>;

let server: TestServer;
let program: Operator;
let host: ScriptedHost;
let runId: string;
beforeEach(() => start());
afterEach(() => server.close());

async function start(fetchMs = 60_000): Promise<void> {
  await server?.close().catch(() => undefined);
  server = await TestServer.start({ timing: { fetchMs } });
  const { key } = await server.key();
  program = server.program(key);
  host = await server.host(key);
  runId = await program.start();
  await host.next("startRun", runId);
  host.say(runId, asks("who", "search"));
  await host.acknowledged(runId);
}

const search = (query: string, signal?: AbortSignal) => {
  const fetch = { kind: { case: "search" as const, value: { query } } };
  return program.runs.fetch({ runId, callKey: "who", componentKey: "who", fetch }, { signal });
};
const page = (label: string) => ({
  case: "page" as const,
  value: { kind: { case: "search" as const, value: { items: [{ label }] } } },
});

/** Answers a fetch, as from any host. */
function fetched(requestId: string, outcome: Outcome, from = host): void {
  from.send({
    scope: { case: "runId", value: runId },
    body: { case: "fetched", value: { requestId, outcome } },
  });
}

/** How a request was refused. */
const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => ({ code: ConnectError.from(error).code, message: ConnectError.from(error).rawMessage }),
  );

describe("a fetch", () => {
  test("is relayed to the run's host, and answered by it", async () => {
    const asked = search("ada");
    const fetch = await host.next("fetch", runId);
    expect(fetch).toMatchObject({
      callKey: "who",
      componentKey: "who",
      fetch: { kind: { case: "search", value: { query: "ada" } } },
    });
    fetched(fetch.requestId, page("Ada"));
    expect((await asked).page?.kind).toMatchObject({ case: "search", value: { items: [{ label: "Ada" }] } });
  });

  test("each gets its own answer, in whatever order they come", async () => {
    const asked = ["a", "b", "c"].map((query) => search(query));
    const fetches = [];
    for (const _ of asked) fetches.push(await host.next("fetch", runId));
    for (const { requestId, fetch } of fetches.toReversed()) {
      fetched(requestId, page(fetch?.kind.case === "search" ? fetch.kind.value.query : ""));
    }
    const labels = (await Promise.all(asked)).map(({ page: { kind } = { kind: undefined } }) => JSON.stringify(kind));
    for (const [i, query] of ["a", "b", "c"].entries()) expect(labels[i]).toContain(`"label":"${query}"`);
  });

  test("that was answered is over: the host is not told to stop", async () => {
    for (const query of ["a", "b"]) {
      const asked = search(query);
      fetched((await host.next("fetch", runId)).requestId, page(query));
      await asked;
    }
    expect(host.toldOf(runId)).toEqual(["startRun", "fetch", "fetch"]);
  });

  test("that fails tells the program's message, without the stack", async () => {
    const asked = refusal(search("ada"));
    const value = { type: "Error", message: "the index is down", stack: "at secret.ts" };
    fetched((await host.next("fetch", runId)).requestId, { case: "failure", value });
    expect(await asked).toEqual({ code: Code.Aborted, message: "the index is down" });
  });

  test("whose answer is newer than the server fails in words", async () => {
    const asked = refusal(search("ada"));
    fetched((await host.next("fetch", runId)).requestId, { case: undefined });
    expect(await asked).toMatchObject({ code: Code.Aborted, message: expect.stringMatching(/newer/) });
  });

  test("that is not answered in time fails, and the host is told to stop", async () => {
    await start(100);
    const asked = refusal(search("ada"));
    const { requestId } = await host.next("fetch", runId);
    expect(await asked).toMatchObject({ code: Code.Unavailable, message: expect.stringMatching(/100 ms/) });
    expect(await host.next("cancelFetch", runId)).toMatchObject({ requestId });
    fetched(requestId, page("late")); // harms nobody
    expect((await program.state(runId)).calls).toHaveLength(1);
  });

  test("that nobody waits for any more is cancelled at the host", async () => {
    const abort = new AbortController();
    const asked = refusal(search("ada", abort.signal));
    const { requestId } = await host.next("fetch", runId);
    abort.abort();
    expect(await asked).toMatchObject({ code: Code.Canceled });
    expect(await host.next("cancelFetch", runId)).toMatchObject({ requestId });
  });

  test("fails at once when the host is lost, or away already", async () => {
    const asked = refusal(search("ada"));
    await host.next("fetch", runId);
    await host.drop();
    expect(await asked).toMatchObject({ code: Code.Unavailable });
    expect(await refusal(search("ada"))).toMatchObject({ code: Code.Unavailable });
  });

  test("is answered by no other host", async () => {
    const { key } = await server.key();
    const other = await server.host(key);
    const asked = search("ada");
    const { requestId } = await host.next("fetch", runId);
    fetched(requestId, page("Eve"), other);
    other.say(runId, { case: "log", value: {} });
    await other.next("close", runId); // the forged answer was heard before
    fetched(requestId, page("Ada"));
    expect(JSON.stringify((await asked).page?.kind)).toContain("Ada");
  });
});
