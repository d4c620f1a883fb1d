// Errors of every kind, thrown in every place by a real program: what its operator sees, what its developer sees, and how its run ends.
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Failure, FailureReason, fromValue, IoFetchSchema, type RunState, RunStatus } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OperatorClient, openCall, runId } from "./harness/operator-client.ts";
import { newDirectory } from "./harness/paths.ts";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { ctx, Interval, io } from "@interval/sdk";

class PaymentError extends Error { name = "PaymentError"; #key = "sk_live"; }
class Private extends Error { #said = "private"; get message() { return "It was " + this.#said; } }
const circle = new Error("The snake", { cause: new Error("its tail") });
circle.cause.cause = circle;
const no = () => { throw new Error("no"); };
const closed = Object.defineProperties(new Error(), Object.fromEntries(["message", "stack", "cause", "name"].map((name) => [name, { get: no }])));
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const thrown = {
  error: new Error("No charge"),
  subclass: new PaymentError("Declined"),
  chain: new Error("Refund failed", { cause: new TypeError("No bank", { cause: new Error("ECONNREFUSED", { cause: "the cable" }) }) }),
  circle,
  several: new AggregateError([new TypeError("first mirror"), "second mirror"], "All mirrors failed"),
  text: "Just words",
  undefined: undefined,
  null: null,
  number: 42,
  object: { code: "E_CARD" },
  frozen: Object.freeze(new Error("Frozen")),
  hostile: { toString: no, toJSON: no },
  closed,
  revoked,
  private: new Private(),
  odd: Object.assign(new Error("Odd"), { name: 5 }),
  huge: new Error("x".repeat(5_000_000)),
  zero: new Error("a\\u0000b\\ud800"),
};

const routes = {};
for (const [name, error] of Object.entries(thrown)) {
  const fail = async () => { throw error; };
  routes["throw-" + name] = fail;
  routes["step-" + name] = { durable: true, handler: () => ctx.step("pay", fail) };
  routes["validate-" + name] = () => io.input.text("Name").validate((text) => (text === "ok" ? undefined : fail()));
  routes["search-" + name] = () => io.search("Find", { onSearch: fail });
  routes["value-" + name] = () => io.display.metadata("Card", { data: [{ label: "Balance", value: fail }] }).withChoices(["Done"]);
}

const cycle = { fine: 1 };
cycle.self = cycle;
const results = {
  bigint: 5n, date: new Date(0), map: new Map([["a", 1]]), cycle, symbol: { fine: 1, symbol: Symbol() }, function: { fine: 1, no },
  instance: new (class Account { fine = 1; #balance = 5; })(), getter: { fine: 1, get bad() { return no(); } }, json: { fine: 1, bad: { toJSON: no } }, revoked: { fine: 1, revoked },
};
for (const [name, result] of Object.entries(results)) {
  routes["return-" + name] = async () => { await ctx.log(result); return result; };
}

const returned = { number: 5, object: {}, true: true, error: new Error("Not this one."), long: "x".repeat(5_000_000) };
Object.assign(routes, {
  returns: () => io.input.text("Name").validate((text) => returned[text]),
  table: () => io.display.table("Charges", { getData: () => Promise.reject(new Error("No charges", { cause: "the database" })) }).withChoices(["Done"]),
  unawaited: async () => { void Promise.reject(new Error("Nobody waits")); await setTimeout(20); return "done"; },
  late: async () => { await io.display.metadata("Card", { data: [{ label: "Balance", value: async () => { await setTimeout(200); throw new Error("Too late"); } }] }); return "done"; },
  hello: () => "Hello",
  outside: () => trigger(),
});

let trigger;
void new Promise((resolve) => (trigger = resolve)).then(() => { throw new Error("Outside of all runs"); });

const interval = new Interval({
  routes,
  onError: ({ error, route, origin, ...context }) => {
    const { run, routeDefinition, ...told } = context;
    const is = error === thrown[route.split("-")[1]];
    appendFileSync(process.env.REPORTS, JSON.stringify({ route, origin, is, ...told, params: Object.keys(context.params), user: context.user.role, known: run.id.startsWith("run_") && typeof routeDefinition.definition.handler }) + "\\n");
    if (route === "throw-error") return Promise.reject(new Error("onError rejects"));
    if (route === "throw-text") throw new Error("onError throws");
    if (route === "throw-number") return new Promise(() => {});
  },
});
interval.listen();
`;

const long = `${"x".repeat(10_000)}… (5000000 characters in all)`;
/** What an operator reads of each. */
const texts: Record<string, string> = {
  error: "No charge",
  subclass: "Declined",
  chain: "Refund failed",
  circle: "The snake",
  several: "All mirrors failed",
  text: "Just words",
  undefined: "The program threw undefined in place of an error.",
  null: "The program threw null in place of an error.",
  number: "42",
  object: '{"code":"E_CARD"}',
  frozen: "Frozen",
  hostile: "{ toString: [Function: no], toJSON: [Function: no] }",
  closed: "Error",
  revoked: "<Revoked Proxy>",
  private: "It was private",
  odd: "Odd",
  huge: long,
  zero: "a\0b\ufffd",
};
const kinds = Object.entries(texts);
const isError = (name: string) =>
  !["text", "undefined", "null", "number", "object", "hostile", "closed", "revoked"].includes(name);

let stage: Stage;
let client: OperatorClient;
let host: TestProcess;
let reports: string;

beforeAll(async () => {
  stage = await Stage.open();
  reports = join(await newDirectory("reports"), "reports.jsonl");
  await appendFile(reports, "");
  host = await stage.program("errors", program, { REPORTS: reports });
  client = stage.client;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

interface Report {
  route: string;
  origin: string;
}

/** What `onError` was told of an action. */
async function reported(route: string): Promise<Report[]> {
  const lines = (await readFile(reports, "utf8")).split("\n").filter(Boolean);
  return lines.map((line): Report => JSON.parse(line)).filter((report) => report.route === route);
}

function told(origin: string) {
  const context = { environment: "development", organization: { slug: "main" }, params: [], user: "owner" };
  return [
    expect.objectContaining({ origin, is: true, known: "function", ...context, organization: expect.anything() }),
  ];
}

function failureOf({ finished }: RunState): Failure | undefined {
  return finished?.outcome.case === "failure" ? finished.outcome.value : undefined;
}

function resultOf({ finished }: RunState): unknown {
  return finished?.outcome.case === "success" ? fromValue(finished.outcome.value.result) : finished?.outcome.case;
}

async function linesOf(state: RunState): Promise<unknown[][]> {
  const { lines } = await client.runs.listLogs({ runId: runId(state) });
  return lines.map(({ kind }) => (kind.case === "logged" ? kind.value.values.map(fromValue) : []));
}

const name = (text: string) =>
  ({ values: { "inputText:Name": { kind: { case: "inputText", value: { text } } } } }) as const;

describe("what an action throws", () => {
  it.each(kinds)("reaches operator and developer: %s", async (kind, message) => {
    const state = await client.start(`throw-${kind}`);
    expect(failureOf(state)).toMatchObject({ message, reason: FailureReason.THROWN });
    expect(failureOf(state)?.stack).toMatch(isError(kind) ? /at .*index\.mjs/ : /^$/);
    expect(await reported(`throw-${kind}`)).toEqual(told("handler"));
    await host.printed(new RegExp(`The action "throw-${kind}" failed \\(${runId(state)}\\): `));
  });

  it("has its type, its causes and what it stands for, once each", async () => {
    expect(failureOf(await client.start("throw-subclass"))?.type).toBe("PaymentError");
    const chain = { message: "ECONNREFUSED", cause: { type: "Error", message: "the cable" } };
    expect(failureOf(await client.start("throw-chain"))).toMatchObject({ cause: { type: "TypeError", cause: chain } });
    await host.printed(/\[cause\]: TypeError: No bank[\s\S]*\[cause\]: 'the cable'/);
    const { cause } = failureOf(await client.start("throw-circle")) ?? {};
    expect([cause?.message, cause?.cause]).toEqual(["its tail", undefined]);
    const errors = [
      { type: "TypeError", message: "first mirror" },
      { type: "Error", message: "second mirror" },
    ];
    expect(failureOf(await client.start("throw-several"))).toMatchObject({ type: "AggregateError", errors });
  });

  it("in a step is recorded, and ends the run as it would without one", async () => {
    for (const [kind, message] of kinds) {
      expect(failureOf(await client.start(`step-${kind}`)), kind).toMatchObject({ message });
      expect(await reported(`step-${kind}`), kind).toEqual(told("handler"));
    }
  });

  it("in a promise that nobody awaits is told, and neither the run nor its host ends", async () => {
    const state = await client.start("unawaited");
    expect(resultOf(state)).toBe("done");
    expect(await linesOf(state)).toEqual([["A promise that nobody awaited was rejected: Nobody waits"]]);
    await host.printed(
      /In the action "unawaited" a promise that nobody awaited failed \(run_\w+\): Error: Nobody waits\n +at /,
    );
    expect(await reported("unawaited")).toMatchObject([{ origin: "unawaited" }]);
  });
});

describe("a validator", () => {
  it("that throws refuses the answer, and the operator may answer again", async () => {
    for (const [kind, message] of kinds) {
      const refused = await client.answer(await client.start(`validate-${kind}`), name("bad"));
      const texts = openCall(refused).errors.map(({ text }) => text);
      expect(texts, kind).toEqual([`The answer could not be checked: ${message}`]);
      expect(await reported(`validate-${kind}`), kind).toEqual(told("validator"));
      expect(resultOf(await client.answer(refused, name("ok"))), kind).toBe("ok");
    }
    await host.printed(
      /In the action "validate-error" a validator of "Name" failed \(run_\w+\): Error: No charge\n +at /,
    );
  });

  it("that returns neither a text nor nothing refuses the answer; too long a text is cut", async () => {
    let state = await client.start("returns");
    const refusal = async (text: string) => {
      state = await client.answer(state, name(text));
      return openCall(state)
        .errors.map(({ text }) => text)
        .join();
    };
    for (const text of ["number", "object", "true"]) {
      expect(await refusal(text)).toMatch(/^The answer could not be checked: validate: it must return a text/);
    }
    expect(await refusal("error")).toBe("Not this one.");
    expect(await refusal("long")).toBe(long);
    expect(resultOf(await client.answer(state, name("ok")))).toBe("ok");
  });
});

describe("what is shown", () => {
  it("tells why a search fails, and searches again", async () => {
    for (const [kind, message] of kinds) {
      const state = await client.start(`search-${kind}`);
      const key = openCall(state).call?.key ?? "";
      const fetch = create(IoFetchSchema, { kind: { case: "search", value: { query: "x" } } });
      const asked = client.runs.fetch({ runId: runId(state), callKey: key, componentKey: key, fetch });
      const error = ConnectError.from(
        await asked.then(
          () => "a page",
          (error: unknown) => error,
        ),
      );
      expect([error.code, error.rawMessage], kind).toEqual([Code.Aborted, message]);
      expect(await reported(`search-${kind}`), kind).toEqual(told("data"));
      await client.runs.cancelRun({ runId: runId(state) });
    }
  });

  it("tells in its place why a value does not come", async () => {
    const shown = async (id: string) => {
      const { state } = await client.runs.getRun({ runId: id });
      const kind = state?.calls[0]?.call?.components[0]?.kind;
      const place = kind?.case === "displayMetadata" ? kind.value.items[0]?.eventual?.state : undefined;
      return place?.case === "error" ? place.value : undefined;
    };
    for (const [kind, message] of kinds) {
      const state = await client.start(`value-${kind}`);
      await expect.poll(() => shown(runId(state)), { message: kind }).toBe(message);
      expect(await reported(`value-${kind}`), kind).toEqual(told("data"));
      await client.runs.cancelRun({ runId: runId(state) });
    }
  });

  it("tells why rows do not come, and the developer what caused it", async () => {
    const state = await client.start("table");
    await host.printed(
      /In the action "table" a value of "Charges" failed \(\w+\): Error: No charges\n[\s\S]*\[cause\]: 'the database'/,
    );
    await client.runs.cancelRun({ runId: runId(state) });
  });

  it("tells of a value that does not come after the run has ended", async () => {
    expect(resultOf(await client.start("late"))).toBe("done");
    await host.printed(/In the action "late" a value of "Card" failed \(\w+\): Error: Too late/);
    await expect.poll(() => reported("late")).toMatchObject([{ origin: "data" }]);
  });
});

describe("what an action returns or logs", () => {
  it.each([
    ["bigint", 5n, 0],
    ["date", new Date(0), 0],
    ["map", new Map([["a", 1]]), 0],
    ["cycle", { fine: 1 }, 1],
    ["symbol", { fine: 1 }, 1],
    ["function", { fine: 1 }, 1],
    ["instance", { fine: 1 }, 0],
    ["getter", { fine: 1 }, 1],
    ["json", { fine: 1 }, 1],
    ["revoked", { fine: 1 }, 1],
  ])("leaves out what cannot be sent, and never fails: %s", async (kind, result, warnings) => {
    const state = await client.start(`return-${kind}`);
    expect(resultOf(state)).toEqual(result);
    const [logged, ...others] = await linesOf(state);
    expect(logged).toEqual([result]);
    expect(others).toHaveLength(warnings);
  });
});

it("onError that throws, rejects or never settles is told, and ends nothing", async () => {
  await host.printed(/onError itself failed: Error: onError rejects\n +at /);
  await host.printed(/onError itself failed: Error: onError throws\n +at /);
  const { runs } = await client.runs.listRuns({ filter: { statuses: [RunStatus.STARTING, RunStatus.RUNNING] } });
  expect(runs).toEqual([]);
});

it("nothing of it has ended the host; what belongs to no run still does", async () => {
  expect(host.child.exitCode).toBeNull();
  expect(resultOf(await client.start("hello"))).toBe("Hello");
  await client.runs.startRun({ action: "outside" });
  expect(await host.ended).toBe(1);
  expect(host.output).toMatch(/Error: Outside of all runs\n +at /);
});
