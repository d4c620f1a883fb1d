// A scripted client that addresses answers and files wrongly, or sends what is no message at all, to a real server and a real host: each gets an
// error that says what to do, the host goes on, and the right answer is taken afterwards.
import { randomUUID } from "node:crypto";
import { create, toBinary, toJson } from "@bufbuild/protobuf";
import { AnswerCallRequestSchema, limits, RunStatus } from "@interval/proto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { OperatorClient, openCall } from "./harness/operator-client.ts";
import { bytesOf, Target, type Values } from "./hostile/attacker.ts";
import { only, Scene, text } from "./hostile/scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start();
});
afterAll(() => scene?.[Symbol.asyncDispose]());
afterEach(() => {
  expect(scene.attacker.faults.splice(0)).toEqual([]);
});

const rowsOf = (rowKeys: string[], allOf?: object) => ({
  kind: { case: "selectTable" as const, value: { rowKeys, allOf } },
});
const itemsOf = (itemKeys: string[]) => ({ kind: { case: "search" as const, value: { itemKeys } } });
const fileOf = (...files: object[]) => ({ kind: { case: "inputFile" as const, value: { files } } });

describe("an answer", () => {
  it("to another call, revision, run or by somebody else is refused by its code", async () => {
    const target = await scene.run("displays");
    const [other, finished] = [await scene.run("rows"), await scene.run("finished")];
    const answer = { values: text("Ada") };
    const to = (note: string, change: Parameters<Target["request"]>[0], ...codes: string[]) =>
      scene.attacker.refused(note, target.request({ answer, ...change }), codes);
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
      "x".repeat(200),
    ]) {
      await to(`to the run ${JSON.stringify(runId.slice(0, 40))}`, { runId }, "not_found");
    }
    await to("to a run whose id is too long for one", { runId: "x".repeat(10_000) }, "invalid_argument");
    await to("to another run", { runId: other.runId }, "not_found");
    await to("to a run that has ended", { runId: finished.runId }, "not_found");
    await scene.attacker.refused("without an answer", target.request(), ["invalid_argument"]);
    const good = target.request({ answer });
    await scene.attacker.refused("by a stranger", good, ["unauthenticated"], { key: "" });
    await scene.attacker.refused("by an unknown key", good, ["unauthenticated"], { key: `live_${"0".repeat(43)}` });
    const abroad = await scene.server.programKey("production");
    await scene.attacker.refused("by a key of another environment", good, ["not_found"], { key: abroad });
    const host = await scene.server.createKey("development");
    await scene.attacker.refused("by a host's key", good, ["permission_denied"], { key: host });
    await scene.receives(target, text("Ada"), "Ada");
    await scene.attacker.refused("to a call that was answered", good, ["aborted"]);
  });

  it("that presses a button that there is not, or gives values to what only shows, is refused", async () => {
    const target = await scene.run("choices");
    const key = openCall(target.state).call?.components.map(({ key }) => key) ?? [];
    expect(key).toContain("heading");
    for (const choice of [undefined, "", "save", "Skip", "Continue", "__proto__", "Save\0"]) {
      await scene.attacker.answer(target, `the choice ${JSON.stringify(choice)}`, text("Ada"), [""], choice);
    }
    const display = { ...text("Ada"), heading: { kind: { case: "inputText" as const, value: { text: "x" } } } };
    await scene.attacker.answer(target, "a value for a heading", display, ["heading"], "Save");
    await scene.attacker.answer(
      target,
      "a value without a kind for a heading",
      { ...text("Ada"), heading: {} },
      ["heading"],
      "Save",
    );
    const value = { choice: "Save", returnValue: { heading: null, name: "Ada" } };
    await scene.receives(target, text("Ada"), value, "Save");
  });

  it("that is larger than the messages that carry it on is refused, and its host stays", async () => {
    const target = await scene.run("displays");
    const codes = ["resource_exhausted"];
    for (const size of [limits.answerBytes, limits.messageBytes - 500, limits.messageBytes, 5_000_000]) {
      await scene.attacker.refused(
        `a text of ${size} bytes`,
        target.request({ answer: { values: text("x".repeat(size)) } }),
        codes,
      );
    }
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key ${i} ${"x".repeat(60)}`, {}]));
    await scene.attacker.refused("50,000 keys", target.request({ answer: { values: many } }), codes);
    const params = { text: { kind: { case: "stringValue" as const, value: "x".repeat(limits.messageBytes - 500) } } };
    await expect(scene.client.runs.startRun({ action: "displays", params, requestId: randomUUID() })).rejects.toThrow(
      "at most 3 MiB",
    );
    const large = "x".repeat(limits.answerBytes - 1000);
    await scene.receives(target, text(large), `${large.length} characters`);
  });

  it("that is no message is refused, in binary and in JSON", async () => {
    const target = await scene.run("displays");
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
      await scene.attacker.bytes(`${note}, binary`, bytesOf(bytes), ["invalid_argument"]);
    }
    for (const [note, bytes] of Object.entries({
      "JSON as binary": bytesOf(Buffer.from(json)),
      nothing: bytesOf(Buffer.of()),
    })) {
      await scene.attacker.bytes(note, bytes, ["invalid_argument", "not_found"]);
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
      await scene.attacker.bytes(`${note}, JSON`, body, ["invalid_argument", "not_found"], JSONs);
    }
    await scene.attacker.bytes(
      "deeply nested JSON",
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      ["invalid_argument"],
      JSONs,
    );
    await scene.attacker.bytes("another type of content", json, ["http 415"], { contentType: "text/plain" });
    await scene.attacker.bytes("a form", "runId=1", ["http 415"], { contentType: "application/x-www-form-urlencoded" });
    await scene.attacker.bytes("binary that says it is JSON", bytesOf(binary), ["invalid_argument"], JSONs);
    await scene.attacker.bytes("a GET that would change something", "", ["http 405"], { method: "GET" });
    // A field that is newer than the server is no fault: it goes through.
    const newer = bytesOf(Buffer.concat([binary, Buffer.of(0xa2, 0x06, 0x01, 0x78)]));
    expect((await scene.attacker.post("AnswerCall", newer)).status).toBe(200);
    expect((await scene.client.settle(target.runId)).run?.status).toBe(RunStatus.SUCCEEDED);
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
    const target = await scene.run(action);
    const at = only(target);
    const answer = (note: string, value: Values[string]) =>
      scene.attacker.answer(target, `${action}: ${note}`, { [at]: value }, [at]);
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
    await scene.receives(target, { [at]: rowsOf(["n:499", "n:1"]) }, rows);
  });

  it("items that a search has never shown", async () => {
    const target = await scene.run("found");
    const at = only(target);
    const [other] = [await scene.run("found")];
    const search = (runId: string, query: string) =>
      scene.client.runs.fetch({
        runId,
        callKey: at,
        componentKey: at,
        fetch: { kind: { case: "search", value: { query } } },
      });
    const keyOf = (page: Awaited<ReturnType<typeof search>>["page"]) =>
      page?.kind.case === "search" ? (page.kind.value.items[0]?.key ?? "") : "";
    const elsewhere = keyOf((await search(other.runId, "Person 7")).page);
    const answer = (note: string, keys: string[]) =>
      scene.attacker.answer(target, `search: ${note}`, { [at]: itemsOf(keys) }, [at]);
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
    await scene.receives(target, { [at]: itemsOf([here]) }, { id: 7, name: "Person 7", secret: "none of yours" });
  });
});

describe("files", () => {
  const wanted = { name: "a.txt", type: "text/plain", size: 10, lastModified: 0, extension: "txt" };

  it("of other runs, components, people and sizes, and such as never came", async () => {
    const [target, other] = [await scene.run("files"), await scene.run("files")];
    const good = await uploadTo(scene.client, target, "small", "a.txt");
    const answer = (note: string, ...files: object[]) =>
      scene.attacker.answer(target, `file: ${note}`, { small: fileOf(...files) }, ["small"]);
    await answer("unknown", { assetId: "asset_00000000000000000000000000000000" });
    for (const assetId of ["", "a", "../../development.key", "__proto__", "x".repeat(200), `${good}\0`]) {
      await answer(`the id ${JSON.stringify(assetId.slice(0, 40))}`, { assetId });
    }
    const tooLong = target.request({ answer: { values: { small: fileOf({ assetId: "x".repeat(10_000) }) } } });
    await scene.attacker.refused("file: an id that is too long for one", tooLong, ["invalid_argument"]);
    await answer("of another run", { assetId: await uploadTo(scene.client, other, "small", "a.txt") });
    await answer("of another component", { assetId: await uploadTo(scene.client, target, "other", "a.txt") });
    await answer("that has not come yet", { assetId: await begin(scene.client, target, "small", "a.txt", 10) });
    await answer("with another extension, whatever is said", {
      assetId: await uploadTo(scene.client, target, "small", "a.exe"),
      name: "a.txt",
    });
    await answer("twice", { assetId: good }, { assetId: good });
    await answer("two", { assetId: good }, { assetId: await uploadTo(scene.client, target, "small", "b.txt") });
    await answer("none");
    await answer("in storage elsewhere", { downloadUrl: "https://example.com/a.txt", name: "a.txt" });
    await answer("in storage at home", { downloadUrl: "file:///etc/passwd", name: "a.txt" });
    await expect(begin(scene.client, target, "small", "a.txt", 1001)).rejects.toThrow("at most 1,000 bytes");
    await expect(begin(scene.client, target, "small", "a.txt", -1)).rejects.toThrow("number of bytes");
    await expect(begin(scene.client, target, "nothing", "a.txt", 1)).rejects.toThrow("does not ask for files");
    await scene.receives(target, { small: fileOf({ assetId: good, name: "b.exe", size: 5n }) }, { small: wanted });
  });

  it("and answers of somebody else", async () => {
    const [ours, theirs] = [await scene.server.programKey("production"), await scene.server.programKey("production")];
    await scene.attach(await scene.server.createKey("production"));
    const [us, them] = [new OperatorClient(scene.server.url, ours), new OperatorClient(scene.server.url, theirs)];
    const [mine, yours] = [new Target(await us.start("files")), new Target(await them.start("files"))];
    const good = await uploadTo(us, mine, "small", "a.txt");
    const of = (assetId: string) => mine.request({ answer: { values: { small: fileOf({ assetId }) } } });
    await scene.attacker.refused(
      "a file of somebody else",
      of(await uploadTo(them, yours, "small", "a.txt")),
      ["invalid_argument"],
      { key: ours },
    );
    await scene.attacker.refused("by somebody else", of(good), ["not_found"], { key: theirs });
    await expect(begin(them, mine, "small", "a.txt", 1)).rejects.toThrow("There is no run");
    expect((await them.asset(good, { method: "PUT", body: new Uint8Array(10) })).status).toBe(404);
    await scene.receives(mine, { small: fileOf({ assetId: good }) }, { small: wanted }, undefined, us);
  });

  it("in storage that the program has not named", async () => {
    const target = await scene.run("own");
    const at = only(target);
    const answer = (note: string, file: object) =>
      scene.attacker.answer(target, `own storage: ${note}`, { [at]: fileOf(file) }, [at]);
    const ask = (name: string) =>
      scene.client.runs.fetch({
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
    const done = await scene.client.answer(target.state, {
      values: { [at]: fileOf({ downloadUrl: "https://example.com/get/a.txt", name: "a.txt" }) },
    });
    expect(done.run?.status).toBe(RunStatus.SUCCEEDED);
  });

  const begin = async (by: OperatorClient, at: Target, componentKey: string, name: string, size: number) => {
    const value = { callKey: openCall(at.state).call?.key ?? "", componentKey };
    const file = { name, mediaType: "text/plain", size: BigInt(size), requestId: randomUUID() };
    return (await by.files.beginUpload({ runId: at.runId, purpose: { case: "answer", value }, ...file })).assetId;
  };
  const uploadTo = async (by: OperatorClient, at: Target, componentKey: string, name: string) => {
    const body = new Uint8Array(10);
    const id = await begin(by, at, componentKey, name, body.length);
    expect((await by.asset(id, { method: "PUT", body })).status).toBe(204);
    return id;
  };
});

it("so much was tried, and nothing was harmed", () => {
  console.log(`${scene.attacker.count} distinct bad requests`);
  expect(scene.attacker.count).toBeGreaterThan(140);
  scene.isUnharmed();
});
