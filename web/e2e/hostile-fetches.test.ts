// A scripted client that asks components for what they do not offer: an error code each, nothing reaches the program, and the host goes on.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type IoFetchSchema, limits } from "@interval/proto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openCall } from "./harness/operator-client.ts";
import { only, Scene, text } from "./hostile/scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start();
});
afterAll(() => scene?.[Symbol.asyncDispose]());
afterEach(() => {
  expect(scene.attacker.faults.splice(0)).toEqual([]);
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
    const target = await scene.run("displays");
    const shown = target.state.calls[0]?.call?.key ?? "";
    const at = (componentKey: string) => ({ runId: target.runId, callKey: shown, componentKey });
    const bad = (note: string, componentKey: string, fetch: Fetch | undefined, ...codes: string[]) =>
      scene.attacker.fetch(`${componentKey}: ${note}`, at(componentKey), fetch, codes);
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
    for (const timeZone of ["no zone", "+25:00", "x".repeat(1000)])
      await bad(`a file in ${timeZone.slice(0, 20)}`, "table", csv({ query: { timeZone } }), "invalid_argument");
    for (const locale of ["no language", "__proto__", "x"])
      await bad(`a file in ${locale}`, "table", csv({ query: { locale } }), "invalid_argument");
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
    await scene.attacker.fetch("an input that has none", name, table({}), ["invalid_argument"]);
    await scene.attacker.fetch("another call", { ...at("table"), callKey: "other" }, table({}), ["not_found"]);
    await scene.attacker.fetch(
      "another run's table",
      { ...at("table"), runId: (await scene.run("rows")).runId },
      table({}),
      ["not_found"],
    );
    await scene.attacker.fetch("an unknown run's table", { ...at("table"), runId: "run_1" }, table({}), ["not_found"]);
    for (const size of [limits.fetchBytes, 1_000_000, limits.messageBytes - 500, 5_000_000]) {
      await bad(`a filter of ${size} bytes`, "table", table({ queryTerm: "x".repeat(size) }), "resource_exhausted");
    }
    const { page } = await scene.client.runs.fetch({
      ...at("table"),
      fetch: table({ offset: 20n, pageSize: 5, sortColumn: "id" }),
    });
    expect(page?.kind.case === "displayTable" && page.kind.value.answer.case).toBe("page");
    await scene.receives(target, text("Ada"), "Ada");
  });

  it("that a select does not offer never reaches the program", async () => {
    for (const action of ["rows", "fetched", "hashed"]) {
      const target = await scene.run(action);
      const at = { runId: target.runId, callKey: only(target), componentKey: only(target) };
      for (const [note, query] of Object.entries(queries))
        await scene.attacker.fetch(`${action}: ${note}`, at, rows(query), ["invalid_argument"]);
      for (const sortColumn of orders)
        await scene.attacker.fetch(`${action}: by ${sortColumn}`, at, rows({ sortColumn }), ["invalid_argument"]);
    }
    const plain = await scene.run("plain");
    const at = { runId: plain.runId, callKey: only(plain), componentKey: only(plain) };
    await scene.attacker.fetch("an order where there is none", at, rows({ sortColumn: "name" }), ["invalid_argument"]);
    await scene.attacker.fetch("a filter where there is none", at, rows({ queryTerm: "a" }), ["invalid_argument"]);
    const found = await scene.run("found");
    const there = { runId: found.runId, callKey: only(found), componentKey: only(found) };
    for (const size of [limits.fetchBytes, 1_000_000, limits.messageBytes - 500]) {
      await scene.attacker.fetch(`a search for ${size} bytes`, there, search("x".repeat(size)), ["resource_exhausted"]);
    }
    await scene.client.runs.fetch({ ...there, fetch: search("Person 7") });
    const asked = await scene.client.start("queries");
    const result =
      asked.finished?.outcome.case === "success" ? asked.finished.outcome.value.result?.kind.value : undefined;
    expect(result).toBe('["Person 7"]');
    const own = await scene.run("files");
    const small = { runId: own.runId, callKey: openCall(own.state).call?.key ?? "", componentKey: "small" };
    await scene.attacker.fetch(
      "an address where the server keeps files",
      small,
      { kind: { case: "inputFile", value: { name: "a.txt" } } },
      ["invalid_argument"],
    );
  });
});

it("so much was tried, and nothing was harmed", () => {
  console.log(`${scene.attacker.count} distinct bad requests`);
  expect(scene.attacker.count).toBeGreaterThan(90);
  scene.isUnharmed();
});
