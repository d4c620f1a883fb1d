// What arrives is checked before any of it is stored or passed on.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { create, fromBinary, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code } from "@connectrpc/connect";
import {
  AnswerCallRequestSchema,
  FailureReason,
  type IoAnswerSchema,
  IoPageSchema,
  type IoValueSchema,
  limits,
  Role,
  RunStatus,
  StartRunRequestSchema,
  toValue,
  ValueSchema,
} from "@interval/proto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Operator } from "../testing/operator.ts";
import { asks, began, logs, type ScriptedHost, showsTable, success, withPages } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";

type Value = MessageInitShape<typeof ValueSchema>;

let server: TestServer;
let key: string;
let asProgram: { authorization: string };
let host: ScriptedHost;
let program: Operator;
let member: Awaited<ReturnType<TestServer["person"]>>;
beforeAll(async () => {
  server = await TestServer.start();
  ({ key } = await server.key());
  asProgram = { authorization: `Bearer ${(await server.key("production", { kind: "program" })).key}` };
  program = server.operator(asProgram);
  member = await server.person("Ann", Role.MEMBER);
});
beforeEach(async () => {
  await host?.drop();
  host = await server.host(key, { hello: { catalog: withPages } });
});
afterAll(() => server.close());

const wraps = {
  lists: (value: Value): Value => ({ kind: { case: "listValue", value: { items: [value] } } }),
  maps: (value: Value): Value => ({ kind: { case: "mapValue", value: { entries: [{ key: value }] } } }),
  records: (value: Value): Value => ({ kind: { case: "recordValue", value: { fields: [{ name: "a", value }] } } }),
};
const nested = (levels: number, wrap = wraps.lists): Value =>
  Array.from({ length: levels }).reduce<Value>((value) => wrap(value), toValue(1));
/** Fields that no message has, inside one another. */
function groups(levels: number): Uint8Array {
  const writer = new BinaryWriter();
  for (let i = 0; i < levels; i++) writer.tag(900, WireType.StartGroup);
  for (let i = 0; i < levels; i++) writer.tag(900, WireType.EndGroup);
  return writer.finish();
}
const place = { organization: "main", environment: "production" };

function durationOf(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** How long the event loop stood still at most, in milliseconds, while something was done. */
async function longestStall(work: () => Promise<void>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  await work();
  delays.disable();
  return delays.max / 1e6;
}

/** A unary call with a body as it is. */
async function call(
  method: string,
  type: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = member.headers,
) {
  const response = await fetch(`${server.url}/interval.operator.v1.${method}`, {
    method: "POST",
    headers: { ...headers, origin: server.url, "content-type": type },
    body,
  });
  return { status: response.status, text: await response.text() };
}

describe("params", () => {
  test.each([49, 26, 90, 400])("nested %i levels deep are refused, and nothing is stored of them", async (levels) => {
    const runs = async () => (await member.operator.runs.listRuns(place)).runs.length;
    const before = await runs();
    const asked = member.operator.runs.startRun({ ...place, action: "hello", params: { p: nested(levels) } });
    await expect(asked).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: `params["p"] is nested ${levels} levels deep; at most 25 levels are possible.`,
    });
    expect(await runs()).toBe(before);
  });

  test("are refused in JSON as in binary", async () => {
    for (const wrap of Object.values(wraps)) {
      const request = create(StartRunRequestSchema, { ...place, action: "hello", params: { p: nested(49, wrap) } });
      const json = await call(
        "RunService/StartRun",
        "application/json",
        JSON.stringify(toJson(StartRunRequestSchema, request)),
      );
      const binary = await call(
        "RunService/StartRun",
        "application/proto",
        Buffer.from(toBinary(StartRunRequestSchema, request)),
      );
      expect([json.status, binary.status]).toEqual([400, 400]);
      expect(json.text).toBe(binary.text);
      expect(json.text).toMatch(/nested 49 levels deep/);
    }
  });

  test("nested 25 levels deep are stored, read by everybody, and sent to the host", async () => {
    const params = { p: nested(25, wraps.maps) };
    const { state } = await member.operator.runs.startRun({ ...place, action: "hello", params });
    const runId = state?.run?.id ?? "";
    expect((await host.next("startRun", runId)).params.p).toEqual(create(ValueSchema, params.p));
    expect((await member.operator.runs.listRuns(place)).runs[0]?.id).toBe(runId);
    const read = await call("RunService/GetRun", "application/json", JSON.stringify({ runId }));
    expect(read.status).toBe(200);
  });

  test("with times that have no JSON form are refused", async () => {
    const p: Value = { kind: { case: "timestampValue", value: { seconds: 2n ** 62n } } };
    await expect(member.operator.runs.startRun({ ...place, action: "hello", params: { p } })).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: expect.stringMatching(/^params\["p"\].timestamp_value/),
    });
  });

  test("with unknown groups inside one another are refused", async () => {
    const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string("p");
    entry.tag(2, WireType.LengthDelimited).bytes(groups(95));
    const request = new BinaryWriter().tag(3, WireType.LengthDelimited).string("hello");
    request.tag(4, WireType.LengthDelimited).bytes(entry.finish());
    const answered = await call("RunService/StartRun", "application/proto", Buffer.from(request.finish()));
    expect(answered).toEqual({ status: 400, text: expect.stringMatching(/unknown groups/) });
  });

  test("of a page are held to the same depth, and to a size that its host can be sent", async () => {
    const viewer = await program.watch();
    const open = (params: Record<string, Value>) =>
      viewer.subscribe({ case: "page", value: { ...place, page: "about", params } });
    await expect(open({ p: nested(49) })).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: 'page.params["p"] is nested 49 levels deep; at most 25 levels are possible.',
    });
    await expect(open({ p: toValue("x".repeat(limits.answerBytes)) })).rejects.toMatchObject({
      code: Code.ResourceExhausted,
    });
    await open({ p: nested(25) });
    expect((await host.opened()).opening.params.p).toEqual(create(ValueSchema, nested(25)));
    await viewer.close();
  });
});

describe("an answer", () => {
  const choices = [{ value: "save" }, { value: "skip", skipValidation: true }];
  const components = [{ key: "name", label: "name", kind: { case: "inputText" as const, value: {} } }];
  const asked = async () => {
    const runId = await program.start();
    await host.next("startRun", runId);
    host.say(runId, began);
    host.say(runId, { case: "call", value: { call: { key: "name", awaitsAnswer: true, components, choices } } });
    await host.acknowledged(runId);
    return runId;
  };
  const spreadsheet = (cell: Value): MessageInitShape<typeof IoValueSchema> => ({
    kind: { case: "inputSpreadsheet", value: { rows: [{ cells: { a: cell } }] } },
  });

  test("with a button that skips validation is held to depth, keys and kinds", async () => {
    const runId = await asked();
    const answer = (values: MessageInitShape<typeof IoAnswerSchema>["values"]) =>
      program.runs.answerCall({ runId, callKey: "name", answer: { choice: "skip", values } });
    await expect(answer({ nobody: spreadsheet(nested(47)) })).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: expect.stringMatching(/nested 47 levels deep; at most 25/),
    });
    await expect(answer({ nobody: spreadsheet(nested(2)) })).rejects.toThrow(/nobody: Nothing is asked under this key/);
    await expect(answer({ name: spreadsheet(nested(2)) })).rejects.toThrow(/name: This is not the kind of value/);
    await answer({});
    await host.next("answer", runId);
  });

  test("with 100,000 keys is refused in a moment, in few words, however often it is sent", async () => {
    const runId = await asked();
    const values = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, {}]));
    const request = create(AnswerCallRequestSchema, { runId, callKey: "name", answer: { choice: "save", values } });
    const body = Buffer.from(toBinary(AnswerCallRequestSchema, request));
    const refused = () => call("RunService/AnswerCall", "application/proto", body, asProgram);
    const decoding = durationOf(() => fromBinary(AnswerCallRequestSchema, body));
    const stall = await longestStall(async () => {
      for (let i = 0; i < 3; i++) {
        const { status, text } = await refused();
        expect(status).toBe(400);
        expect(text.length).toBeLessThan(100_000);
      }
    });
    expect(stall).toBeLessThan(8 * decoding + 100);
  });

  test("that names too many files is refused before any of them is looked for", async () => {
    const runId = await asked();
    const files = Array.from({ length: 1001 }, (_, i) => ({ name: "a", assetId: `asset_${i}` }));
    const values = { name: { kind: { case: "inputFile" as const, value: { files } } } };
    const answer = program.runs.answerCall({ runId, callKey: "name", answer: { choice: "save", values } });
    await expect(answer).rejects.toThrow(/names 1001 files; at most 1000 are possible/);
  });
});

describe("ids that callers choose", () => {
  test.each(["tabId", "requestId"])("such as %s have a longest length", async (name) => {
    const asked = member.operator.runs.startRun({ ...place, action: "hello", [name]: "x".repeat(201) });
    await expect(asked).rejects.toMatchObject({ code: Code.InvalidArgument, rawMessage: expect.stringMatching(/201/) });
  });

  test("such as that of a host's process have one too", async () => {
    const attached = server.host(key, { hello: { instanceId: "x".repeat(201) } });
    await expect(attached).rejects.toMatchObject({ code: Code.InvalidArgument });
  });
});

test("a path of many parts takes no time", async () => {
  const viewer = await member.operator.watch();
  const begin = performance.now();
  const page = "a/".repeat(500_000);
  const subscribed = viewer.subscribe({ case: "page", value: { ...place, page } });
  await expect(subscribed).rejects.toMatchObject({ code: Code.NotFound });
  await expect(member.operator.actions.getAction({ ...place, path: page })).rejects.toMatchObject({
    code: Code.NotFound,
  });
  expect(performance.now() - begin).toBeLessThan(3000);
});

test("a filter has room for each of its choices, and for no more", async () => {
  const list = (statuses: RunStatus[]) => member.operator.runs.listRuns({ ...place, filter: { statuses } });
  await list([RunStatus.FAILED, RunStatus.FAILED]);
  await expect(list(Array(40_000).fill(1))).rejects.toMatchObject({ code: Code.InvalidArgument });
});

describe("what a host says", () => {
  const start = async () => {
    const runId = await program.start();
    await host.next("startRun", runId);
    host.say(runId, began);
    return runId;
  };
  const ended = async (runId: string) => {
    const { state } = await program.runs.getRun({ runId, wait: { seconds: 10n } });
    return state?.finished?.outcome;
  };
  const finish = (result: Value) =>
    ({ case: "finish", value: { outcome: { case: "success", value: { result } } } }) as const;

  test.each([
    [
      "a result nested too deeply",
      (runId: string) => host.say(runId, finish(nested(30))),
      /nested 30 levels deep; at most 25/,
    ],
    [
      "a log line nested too deeply",
      (runId: string) => host.say(runId, { case: "log", value: { values: [nested(30)] } }),
      /log.values\[0\] is nested 30/,
    ],
    [
      "a frame of more than 1 MiB",
      (runId: string) => host.say(runId, logs("x".repeat(2 ** 20))),
      /1 MiB large; at most 1 MiB/,
    ],
    [
      "a frame with a sequence that no other can follow",
      (runId: string) => host.say(runId, logs("x"), 2n ** 63n - 1n),
      /sequence is 9223372036854775807/,
    ],
    [
      "a frame after one that never came",
      (runId: string) => host.say(runId, logs("x"), 7n),
      /frame 7 came after its frame 1/,
    ],
  ])("%s ends its run alone", async (_what, say, message) => {
    const [one, other] = [await start(), await start()];
    say(one);
    expect(await ended(one)).toMatchObject({
      case: "failure",
      value: { reason: FailureReason.PROTOCOL, message: expect.stringMatching(message) },
    });
    await host.next("close", one);
    host.say(other, success);
    expect(await ended(other)).toMatchObject({ case: "success" });
    expect(host.frames.ended).toBe(false);
  });

  test("again in the run that ended so changes nothing, and the host can attach anew with it", async () => {
    const runId = await start();
    await host.acknowledged(runId);
    host.say(runId, logs("x"), 2n ** 63n - 1n);
    await ended(runId);
    host.say(runId, logs("y"), 2n ** 63n - 2n);
    host.say(runId, logs("y"), 2n);
    const again = await server.host(key, {
      hello: { instanceId: host.instanceId, catalog: withPages, liveRuns: [{ runId }] },
    });
    expect(again.welcome.runs).toMatchObject([{ runId, resumed: false }]);
    await again.drop();
  });

  test("of a page fails that part", async () => {
    const viewer = await program.watch();
    const id = await viewer.subscribe({ case: "page", value: { ...place, page: "about" } });
    const { pageId } = await host.opened();
    showsTable(host, pageId);
    const component = { key: "found", kind: { case: "displayObject", value: { data: nested(30) } } } as const;
    host.sayOf(pageId, { case: "part", value: { key: "found", content: { case: "component", value: component } } });
    const refusedPart = () =>
      viewer.next(id, "page").then(({ kind }) => (kind.case === "part" ? kind.value.content : undefined));
    let content = await refusedPart();
    while (content?.case !== "failure") content = await refusedPart();
    expect(content.value.message).toMatch(/nested 30 levels deep/);
    expect(host.frames.ended).toBe(false);
  });

  test("to a fetch fails that fetch", async () => {
    const runId = await start();
    host.say(runId, asks("found", "search"));
    await host.acknowledged(runId);
    const fetch = { kind: { case: "search" as const, value: { query: "x" } } };
    const asked = program.runs.fetch({ runId, callKey: "found", componentKey: "found", fetch });
    const { requestId } = await host.fetches.next((each) => each);
    const outcome = { case: "page" as const, value: fromBinary(IoPageSchema, groups(20)) };
    host.send({ scope: { case: "runId", value: runId }, body: { case: "fetched", value: { requestId, outcome } } });
    await expect(asked).rejects.toMatchObject({
      code: Code.Aborted,
      rawMessage: expect.stringMatching(/unknown groups/),
    });
  });
});

describe("a hello that names runs of others", () => {
  test.each(["another environment", "another organization", "another process"])(
    "of %s, is told of them as of none",
    async (whose) => {
      const runId = await program.start();
      host.say(runId, began);
      await host.acknowledged(runId);
      const other =
        whose === "another process"
          ? { key }
          : await server.key(whose === "another environment" ? "staging" : "production", {
              organization: whose === "another organization" ? "other" : "main",
            });
      const none = `run_${"0".repeat(32)}`;
      const stranger = await server.host(other.key, { hello: { liveRuns: [{ runId }, { runId: none }] } });
      expect(stranger.welcome.runs.map(({ resumed, lastSequence }) => [resumed, lastSequence])).toEqual([
        [false, 0n],
        [false, 0n],
      ]);
      await stranger.drop();
    },
  );
});
