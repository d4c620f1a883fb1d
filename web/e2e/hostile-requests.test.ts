// A scripted client that addresses answers, files and fetches wrongly, or sends what is no message at all, to a real server and a real host: each
// gets an error that says what to do, the host goes on, and the right answer is taken afterwards.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { create, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import { AnswerCallRequestSchema, type IoFetchSchema, limits, RunStatus } from "@interval/proto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OperatorClient, openCall } from "./harness/operator-client.ts";
import { root } from "./harness/paths.ts";
import type { TestProcess } from "./harness/process.ts";
import { attached, startHost } from "./harness/program.ts";
import { TestServer } from "./harness/server.ts";
import { Attacker, bytesOf, Target, type Values } from "./hostile/attacker.ts";

let server: TestServer;
let host: TestProcess;
let client: OperatorClient;
let attacker: Attacker;
let key: string;

beforeAll(async () => {
  server = await TestServer.start();
  key = await server.developmentKey();
  client = new OperatorClient(server.url, key);
  attacker = new Attacker(server.url, key);
  const env = { INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: key, TZ: "UTC" };
  host = await startHost(root, [join(root, "web/e2e/hostile/asker.mjs")], env);
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  attacker.faults.length = 0;
});
afterEach(() => {
  expect(attacker.faults).toEqual([]);
});

const text = (value: string): Values => ({ name: { kind: { case: "inputText", value: { text: value } } } });
const rowsOf = (rowKeys: string[], allOf?: object) => ({
  kind: { case: "selectTable" as const, value: { rowKeys, allOf } },
});
const itemsOf = (itemKeys: string[]) => ({ kind: { case: "search" as const, value: { itemKeys } } });
const fileOf = (...files: object[]) => ({ kind: { case: "inputFile" as const, value: { files } } });

const start = async (action: string) => new Target(await client.start(action));

/** The one component of the open call. */
const only = (target: Target) => openCall(target.state).call?.components[0]?.key ?? "";

/** Answers rightly, and expects that the program has received this and seen nothing else. */
async function receives(target: Target, values: Values, value: unknown, choice?: string): Promise<void> {
  const done = await client.answer(target.state, { values, choice });
  expect(done.run?.status).toBe(RunStatus.SUCCEEDED);
  const outcome = done.finished?.outcome;
  const result = outcome?.case === "success" ? outcome.value.result?.kind : undefined;
  const got = result?.case === "stringValue" ? JSON.parse(result.value) : undefined;
  expect(got).toEqual({ value, seen: [value] });
}

describe("an answer", () => {
  it("to another call, revision, run or by somebody else is refused by its code", async () => {
    const target = await start("displays");
    const [other, finished] = [await start("rows"), await start("finished")];
    const answer = { values: text("Ada") };
    const to = (note: string, change: Parameters<Target["request"]>[0], ...codes: string[]) =>
      attacker.refused(note, target.request({ answer, ...change }), codes);
    for (const callKey of ["", "other", "__proto__", "name#2", "name\0", "Name", only(other)]) {
      await to(`to the call ${JSON.stringify(callKey)}`, { callKey }, "not_found");
    }
    for (const revision of [-1, 1, 7, 2 ** 31 - 1, -(2 ** 31)])
      await to(`to revision ${revision}`, { revision }, "aborted");
    const shown = target.state.calls[0]?.call?.key ?? "";
    await to("to a call of displays", { callKey: shown }, "aborted");
    for (const runId of [
      "",
      "run_",
      "run_00000000000000000000000000000000",
      "' or 1=1 --",
      "../admin",
      "x".repeat(10_000),
    ]) {
      await to(`to the run ${JSON.stringify(runId.slice(0, 40))}`, { runId }, "not_found");
    }
    await to("to another run", { runId: other.runId }, "not_found");
    await to("to a run that has ended", { runId: finished.runId }, "not_found");
    await attacker.refused("without an answer", target.request(), ["invalid_argument"]);
    const good = target.request({ answer });
    await attacker.refused("by a stranger", good, ["unauthenticated"], { key: "" });
    await attacker.refused("by an unknown key", good, ["unauthenticated"], { key: `live_${"0".repeat(43)}` });
    const abroad = await server.createKey("production");
    await attacker.refused("by a key of another environment", good, ["not_found"], { key: abroad });
    await receives(target, text("Ada"), "Ada");
    await attacker.refused("to a call that was answered", good, ["aborted"]);
  });

  it("that presses a button that there is not, or gives values to what only shows, is refused", async () => {
    const target = await start("choices");
    const key = openCall(target.state).call?.components.map(({ key }) => key) ?? [];
    expect(key).toContain("heading");
    for (const choice of [undefined, "", "save", "Skip", "Continue", "__proto__", "Save\0"]) {
      await attacker.answer(target, `the choice ${JSON.stringify(choice)}`, text("Ada"), [""], choice);
    }
    const display = { ...text("Ada"), heading: { kind: { case: "inputText" as const, value: { text: "x" } } } };
    await attacker.answer(target, "a value for a heading", display, ["heading"], "Save");
    await attacker.answer(
      target,
      "a value without a kind for a heading",
      { ...text("Ada"), heading: {} },
      ["heading"],
      "Save",
    );
    const value = { choice: "Save", returnValue: { heading: null, name: "Ada" } };
    await receives(target, text("Ada"), value, "Save");
  });

  it("that is larger than the messages that carry it on is refused, and its host stays", async () => {
    const target = await start("displays");
    const codes = ["resource_exhausted"];
    for (const size of [limits.answerBytes, limits.messageBytes - 500, limits.messageBytes, 5_000_000]) {
      await attacker.refused(
        `a text of ${size} bytes`,
        target.request({ answer: { values: text("x".repeat(size)) } }),
        codes,
      );
    }
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key ${i} ${"x".repeat(60)}`, {}]));
    await attacker.refused("50,000 keys", target.request({ answer: { values: many } }), codes);
    const params = { text: { kind: { case: "stringValue" as const, value: "x".repeat(limits.messageBytes - 500) } } };
    await expect(client.runs.startRun({ action: "displays", params, requestId: randomUUID() })).rejects.toThrow(
      "at most 3 MiB",
    );
    const large = "x".repeat(limits.answerBytes - 1000);
    await receives(target, text(large), `${large.length} characters`);
  });

  it("that is no message is refused, in binary and in JSON", async () => {
    const target = await start("displays");
    const request = create(AnswerCallRequestSchema, target.request({ answer: { values: text("Ada") } }));
    const binary = toBinary(AnswerCallRequestSchema, request);
    const json = JSON.stringify(toJson(AnswerCallRequestSchema, request));
    const JSONs = { contentType: "application/json" };
    const binaries = {
      "half of it": binary.subarray(0, binary.length / 2),
      "all but its end": binary.subarray(0, -1),
      noise: Uint8Array.from({ length: 64 }, () => 0xff),
      "a length beyond its end": Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0x7f),
      "a group without an end": Uint8Array.of(0x0b),
      "a field of the number 0": Uint8Array.of(0x00, 0x01),
    };
    for (const [note, bytes] of Object.entries(binaries)) {
      await attacker.bytes(`${note}, binary`, bytesOf(bytes), ["internal"]); // so says the library where bytes are no message
    }
    for (const [note, bytes] of Object.entries({
      "JSON as binary": bytesOf(Buffer.from(json)),
      nothing: bytesOf(Buffer.of()),
    })) {
      await attacker.bytes(note, bytes, ["internal", "not_found"]);
    }
    const wrong = (answer: unknown) => JSON.stringify({ ...JSON.parse(json), answer });
    const shapes: Record<string, string> = {
      "half of it": json.slice(0, -20),
      "no JSON": "answer=yes",
      "a list": "[]",
      "a text": '"Ada"',
      nothing: "null",
      "a number for an answer": wrong(5),
      "a text for an answer": wrong("Ada"),
      "a list for values": wrong({ values: [] }),
      "a text for a value": wrong({ values: { name: "Ada" } }),
      "a list for a value": wrong({ values: { name: ["Ada"] } }),
      "a text for the kind": wrong({ values: { name: { inputText: "Ada" } } }),
      "a number for the text": wrong({ values: { name: { inputText: { text: 5 } } } }),
      "an object for the text": wrong({ values: { name: { inputText: { text: { $gt: "" } } } } }),
      "two kinds at once": wrong({ values: { name: { inputText: { text: "Ada" }, inputNumber: { number: 5 } } } }),
      "a number beyond its type": JSON.stringify({ ...JSON.parse(json), revision: 2 ** 40 }),
      "half a surrogate pair": json.replace("Ada", String.raw`\ud800`),
      "a kind that there is not": wrong({ values: { name: { inputColour: { colour: "red" } } } }),
      "only what is unknown": JSON.stringify({ nonsense: true }),
    };
    for (const [note, body] of Object.entries(shapes)) {
      await attacker.bytes(`${note}, JSON`, body, ["invalid_argument", "not_found"], JSONs);
    }
    await attacker.bytes(
      "deeply nested JSON",
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      ["invalid_argument"],
      JSONs,
    );
    await attacker.bytes("another type of content", json, ["http 415"], { contentType: "text/plain" });
    await attacker.bytes("a form", "runId=1", ["http 415"], { contentType: "application/x-www-form-urlencoded" });
    await attacker.bytes("binary that says it is JSON", bytesOf(binary), ["invalid_argument"], JSONs);
    await attacker.bytes("a GET that would change something", "", ["http 405"], { method: "GET" });
    // A field that is newer than the server is no fault: it goes through.
    const newer = bytesOf(Buffer.concat([binary, Buffer.of(0xa2, 0x06, 0x01, 0x78)]));
    expect((await attacker.post("AnswerCall", newer)).status).toBe(200);
    expect((await client.settle(target.runId)).run?.status).toBe(RunStatus.SUCCEEDED);
  });
});

describe("what the host alone knows", () => {
  const unknown = [
    "",
    "n:500",
    "n:-1",
    "s:1",
    "1",
    "n:1\0",
    "__proto__",
    "constructor",
    "h:0123456789012345678901",
    "n:01",
    "n:1.0",
  ];

  it.each(["rows", "fetched"])("rows of the table %s", async (action) => {
    const target = await start(action);
    const at = only(target);
    const answer = (note: string, value: Values[string]) =>
      attacker.answer(target, `${action}: ${note}`, { [at]: value }, [at]);
    for (const rowKey of unknown) await answer(`the row ${JSON.stringify(rowKey)}`, rowsOf([rowKey]));
    await answer("a row by its name, as another table's", rowsOf(["s:Person 1"]));
    await answer("a known and an unknown row", rowsOf(["n:1", "n:999"]));
    await answer("three rows", rowsOf(["n:1", "n:2", "n:3"]));
    await answer("a row twice", rowsOf(["n:1", "n:1"]));
    await answer("all rows", rowsOf([], {}));
    await answer("all rows but one", rowsOf(["n:1"], {}));
    await answer("all rows but an unknown one", rowsOf(["n:999"], { queryTerm: "Person 499" }));
    await answer("10,000 rows", rowsOf(Array.from({ length: 10_000 }, (_, i) => `n:${i}`)));
    const rows = [1, 499].map((id) => ({ id, name: `Person ${id}`, secret: "none of yours" }));
    await receives(target, { [at]: rowsOf(["n:499", "n:1"]) }, rows);
  });

  it("items that a search has never shown", async () => {
    const target = await start("found");
    const at = only(target);
    const [other] = [await start("found")];
    const search = (runId: string, query: string) =>
      client.runs.fetch({
        runId,
        callKey: at,
        componentKey: at,
        fetch: { kind: { case: "search", value: { query } } },
      });
    const keyOf = (page: Awaited<ReturnType<typeof search>>["page"]) =>
      page?.kind.case === "search" ? (page.kind.value.items[0]?.key ?? "") : "";
    const elsewhere = keyOf((await search(other.runId, "Person 7")).page);
    const answer = (note: string, keys: string[]) =>
      attacker.answer(target, `search: ${note}`, { [at]: itemsOf(keys) }, [at]);
    expect(elsewhere).not.toBe("");
    await answer("an item that another run has found", [elsewhere]);
    for (const itemKey of unknown) await answer(`the item ${JSON.stringify(itemKey)}`, [itemKey]);
    await answer("none", []);
    await answer("two", [elsewhere, "n:1"]);
    await answer(
      "10,000",
      Array.from({ length: 10_000 }, (_, i) => `n:${i}`),
    );
    const here = keyOf((await search(target.runId, "Person 7")).page);
    await receives(target, { [at]: itemsOf([here]) }, { id: 7, name: "Person 7", secret: "none of yours" });
  });
});

describe("files", () => {
  it("of other runs, components, people and sizes, and such as never came", async () => {
    const [target, other] = [await start("files"), await start("files")];
    const second = new OperatorClient(server.url, await secondKey());
    const theirs = new Target(await second.start("files"));
    const small = new Uint8Array(10);
    const upload = (by: OperatorClient, at: Target, componentKey: string, name: string, bytes = small) =>
      uploadTo(by, at, componentKey, name, bytes);
    const good = await upload(client, target, "small", "a.txt");
    const answer = (note: string, ...files: object[]) =>
      attacker.answer(target, `file: ${note}`, { small: fileOf(...files) }, ["small"]);
    await answer("unknown", { assetId: "asset_00000000000000000000000000000000" });
    for (const assetId of ["", "a", "../../development.key", "__proto__", "x".repeat(10_000), `${good}\0`]) {
      await answer(`the id ${JSON.stringify(assetId.slice(0, 40))}`, { assetId });
    }
    await answer("of another run", { assetId: await upload(client, other, "small", "a.txt") });
    await answer("of another component", { assetId: await upload(client, target, "other", "a.txt") });
    await answer("of somebody else's run", { assetId: await upload(second, theirs, "small", "a.txt") });
    await answer("that has not come yet", { assetId: await begin(client, target, "small", "a.txt", 10) });
    await answer("with another extension, whatever is said", {
      assetId: await upload(client, target, "small", "a.exe"),
      name: "a.txt",
    });
    await answer("twice", { assetId: good }, { assetId: good });
    await answer("two", { assetId: good }, { assetId: await upload(client, target, "small", "b.txt") });
    await answer("none");
    await answer("in storage elsewhere", { downloadUrl: "https://example.com/a.txt", name: "a.txt" });
    await answer("in storage at home", { downloadUrl: "file:///etc/passwd", name: "a.txt" });
    await expect(begin(client, target, "small", "a.txt", 1001)).rejects.toThrow("at most 1,000 bytes");
    await expect(begin(client, target, "small", "a.txt", -1)).rejects.toThrow("number of bytes");
    await expect(begin(client, target, "nothing", "a.txt", 1)).rejects.toThrow("does not ask for files");
    await expect(begin(second, target, "small", "a.txt", 1)).rejects.toThrow("Somebody else drives this run");
    const wanted = { name: "a.txt", type: "text/plain", size: 10, lastModified: 0, extension: "txt" };
    await receives(target, { small: fileOf({ assetId: good, name: "b.exe", size: 5n }) }, { small: wanted });
  });

  it("in storage that the program has not named", async () => {
    const target = await start("own");
    const at = only(target);
    const answer = (note: string, file: object) =>
      attacker.answer(target, `own storage: ${note}`, { [at]: fileOf(file) }, [at]);
    const ask = (name: string) =>
      client.runs.fetch({
        runId: target.runId,
        callKey: at,
        componentKey: at,
        fetch: { kind: { case: "inputFile", value: { name } } },
      });
    await answer("never promised", { downloadUrl: "https://example.com/get/a.txt", name: "a.txt" });
    await ask("a.txt");
    const urls = [
      "https://example.com/get/b.txt",
      "https://example.com/put/a.txt",
      "http://169.254.169.254/",
      "file:///etc/passwd",
      "",
      "javascript:1",
    ];
    for (const downloadUrl of urls) await answer(`at ${JSON.stringify(downloadUrl)}`, { downloadUrl, name: "a.txt" });
    await answer("on the server", { assetId: "asset_1", name: "a.txt" });
    const done = await client.answer(target.state, {
      values: { [at]: fileOf({ downloadUrl: "https://example.com/get/a.txt", name: "a.txt" }) },
    });
    expect(done.run?.status).toBe(RunStatus.SUCCEEDED);
  });

  const begin = async (by: OperatorClient, at: Target, componentKey: string, name: string, size: number) => {
    const value = { callKey: openCall(at.state).call?.key ?? "", componentKey };
    const file = { name, mediaType: "text/plain", size: BigInt(size), requestId: randomUUID() };
    return (await by.files.beginUpload({ runId: at.runId, purpose: { case: "answer", value }, ...file })).assetId;
  };
  const uploadTo = async (
    by: OperatorClient,
    at: Target,
    componentKey: string,
    name: string,
    body: Uint8Array<ArrayBuffer>,
  ) => {
    const id = await begin(by, at, componentKey, name, body.length);
    expect((await by.asset(id, { method: "PUT", body })).status).toBe(204);
    return id;
  };
  const secondKey = () => server.createKey("development", "--user", "admin@localhost");
});

describe("a fetch", () => {
  type Fetch = MessageInitShape<typeof IoFetchSchema>;
  const table = (value: object): Fetch => ({
    kind: { case: "displayTable", value: { ask: { case: "query", value } } },
  });
  const rows = (value: object): Fetch => ({ kind: { case: "selectTable", value: { ask: { case: "query", value } } } });
  const csv = (value: object): Fetch => ({ kind: { case: "displayTable", value: { ask: { case: "csv", value } } } });
  const grid = (query: object): Fetch => ({ kind: { case: "displayGrid", value: { query } } });
  const search = (query: string): Fetch => ({ kind: { case: "search", value: { query } } });
  const queries = {
    "from before the first": { offset: -1n },
    "from far before the first": { offset: -(2n ** 63n) },
    "from beyond numbers": { offset: 2n ** 63n - 1n },
    "of less than nothing": { pageSize: -1 },
    "of 101": { pageSize: 101 },
    "of two thousand million": { pageSize: 2 ** 31 - 1 },
  };
  const orders = ["secret", "", "__proto__", "constructor", "name\0", "NAME", "1; drop table people", "name desc"];

  it("that a table, a grid or a search does not offer is refused, and the table goes on", async () => {
    const target = await start("displays");
    const shown = target.state.calls[0]?.call?.key ?? "";
    const at = (componentKey: string) => ({ runId: target.runId, callKey: shown, componentKey });
    const bad = (note: string, componentKey: string, fetch: Fetch | undefined, ...codes: string[]) =>
      attacker.fetch(`${componentKey}: ${note}`, at(componentKey), fetch, codes);
    for (const [note, query] of Object.entries(queries)) {
      await bad(`a page ${note}`, "table", table(query), "invalid_argument");
      await bad(`a page ${note}`, "grid", grid(query), "invalid_argument");
      if (!("pageSize" in query)) await bad(`a file ${note}`, "table", csv({ query }), "invalid_argument");
    }
    for (const sortColumn of orders) {
      await bad(`ordered by ${JSON.stringify(sortColumn)}`, "table", table({ sortColumn }), "invalid_argument");
      await bad(
        `a file ordered by ${JSON.stringify(sortColumn)}`,
        "table",
        csv({ query: { sortColumn } }),
        "invalid_argument",
      );
    }
    for (const timeZone of ["Mars/Olympus", "+25:00", "x".repeat(1000)])
      await bad(`a file in ${timeZone.slice(0, 20)}`, "table", csv({ timeZone }), "invalid_argument");
    for (const locale of ["no language", "__proto__", "x"])
      await bad(`a file in ${locale}`, "table", csv({ locale }), "invalid_argument");
    for (const [kind, fetch] of Object.entries({
      "a select's page": rows({}),
      "a search": search("a"),
      "a card": grid({}),
      "no kind": {},
      nothing: undefined,
    })) {
      await bad(kind, "table", fetch, "invalid_argument");
    }
    await bad("a table's page", "grid", table({}), "invalid_argument");
    await bad("nothing", "grid", { kind: { case: "displayGrid", value: {} } }, "aborted");
    await bad("a form that is yet to be", "table", { kind: { case: "displayTable", value: {} } }, "aborted");
    await bad("anything", "heading", table({}), "invalid_argument");
    for (const unknown of ["", "other", "__proto__", "table\0"]) await bad("unknown", unknown, table({}), "not_found");
    const name = { runId: target.runId, callKey: "name", componentKey: "name" };
    await attacker.fetch("an input that has none", name, table({}), ["invalid_argument"]);
    await attacker.fetch("another call", { ...at("table"), callKey: "other" }, table({}), ["not_found"]);
    await attacker.fetch("another run's table", { ...at("table"), runId: (await start("rows")).runId }, table({}), [
      "not_found",
    ]);
    await attacker.fetch("an unknown run's table", { ...at("table"), runId: "run_1" }, table({}), ["not_found"]);
    for (const size of [limits.fetchBytes, 1_000_000, limits.messageBytes - 500, 5_000_000]) {
      await bad(`a filter of ${size} bytes`, "table", table({ queryTerm: "x".repeat(size) }), "resource_exhausted");
    }
    const { page } = await client.runs.fetch({
      ...at("table"),
      fetch: table({ offset: 20n, pageSize: 5, sortColumn: "id" }),
    });
    expect(page?.kind.case === "displayTable" && page.kind.value.answer.case).toBe("page");
    await receives(target, text("Ada"), "Ada");
  });

  it("that a select does not offer never reaches the program", async () => {
    for (const action of ["rows", "fetched", "hashed"]) {
      const target = await start(action);
      const at = { runId: target.runId, callKey: only(target), componentKey: only(target) };
      for (const [note, query] of Object.entries(queries))
        await attacker.fetch(`${action}: ${note}`, at, rows(query), ["invalid_argument"]);
      for (const sortColumn of orders)
        await attacker.fetch(`${action}: by ${sortColumn}`, at, rows({ sortColumn }), ["invalid_argument"]);
    }
    const plain = await start("plain");
    const at = { runId: plain.runId, callKey: only(plain), componentKey: only(plain) };
    await attacker.fetch("an order where there is none", at, rows({ sortColumn: "name" }), ["invalid_argument"]);
    await attacker.fetch("a filter where there is none", at, rows({ queryTerm: "a" }), ["invalid_argument"]);
    const found = await start("found");
    const there = { runId: found.runId, callKey: only(found), componentKey: only(found) };
    for (const size of [limits.fetchBytes, 1_000_000, limits.messageBytes - 500]) {
      await attacker.fetch(`a search for ${size} bytes`, there, search("x".repeat(size)), ["resource_exhausted"]);
    }
    await client.runs.fetch({ ...there, fetch: search("Person 7") });
    const asked = await client.start("queries");
    const result =
      asked.finished?.outcome.case === "success" ? asked.finished.outcome.value.result?.kind.value : undefined;
    expect(result).toBe('["Person 7"]');
    const own = await start("files");
    const small = { runId: own.runId, callKey: openCall(own.state).call?.key ?? "", componentKey: "small" };
    await attacker.fetch(
      "an address where the server keeps files",
      small,
      { kind: { case: "inputFile", value: { name: "a.txt" } } },
      ["invalid_argument"],
    );
  });
});

it("so much was tried, and the host has lost nothing", async () => {
  console.log(`${attacker.count} distinct bad requests`);
  expect(attacker.count).toBeGreaterThan(230);
  expect(host.output.match(new RegExp(attached, "g"))).toHaveLength(1);
  expect(server.output).not.toMatch(/"level":50|an RPC failed/);
});
