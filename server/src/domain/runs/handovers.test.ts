// Several people, tabs and programs at one run, over real connections.
import { HandoverOutcome, Role } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator, Viewer } from "../../testing/operator.ts";
import { actions, asks, type ScriptedHost } from "../../testing/scripted-host.ts";
import { TestServer, type TestServerOptions } from "../../testing/test-server.ts";

const { GRANTED, DENIED, WITHDRAWN, LAPSED } = HandoverOutcome;
const long = 60_000;

let server: TestServer;
let people: Array<Awaited<ReturnType<TestServer["person"]>>>;
let host: ScriptedHost;
let program: Operator;
let ada: Operator;
let grace: Operator;
let ida: Operator;
afterEach(() => server.close());

async function start(timing: TestServerOptions["timing"]): Promise<void> {
  server = await TestServer.start({ timing });
  const { key } = await server.key();
  host = await server.host(key);
  program = server.program(key);
  people = [
    await server.person("ada", Role.MEMBER),
    await server.person("grace", Role.ADMIN),
    await server.person("ida", Role.ADMIN),
  ];
  signIn();
}

/** Opens the people's connections. */
function signIn(): void {
  [ada, grace, ida] = people.map(({ headers }) => server.operator(headers)) as [Operator, Operator, Operator];
}

/** A run that asks for a name, driven by Ada in the tab "one" of a browser that watches it. */
async function askedRun(by: Operator = ada): Promise<string> {
  const runId = await by.start("hello", { tabId: "one" });
  host.say(runId, asks("name"));
  await expect.poll(async () => (await by.state(runId)).calls.length).toBe(1);
  return runId;
}

async function look(operator: Operator, runId: string, tabId: string): Promise<Viewer> {
  const viewer = await operator.watch();
  await viewer.subscribe({ case: "run", value: { runId, tabId } }, "run");
  return viewer;
}

const takeOver = (operator: Operator, runId: string, tabId = "") => operator.runs.takeOver({ runId, tabId });

async function decide(operator: Operator, runId: string, outcome: HandoverOutcome) {
  const sequence = (await operator.state(runId)).handover?.sequence ?? 0n;
  return operator.runs.decideHandover({ runId, sequence, outcome });
}

/** Who drives, in which tab, and how the last question stands. */
async function standing(runId: string) {
  const { driver, handover } = await grace.state(runId);
  const kind = driver?.actor?.kind;
  const name = kind?.case === "user" ? kind.value.firstName : kind?.case;
  return [`${name} ${driver?.tabId}`, handover && (HandoverOutcome[handover.outcome] ?? "")];
}

describe("a driver who is there", () => {
  beforeEach(() => start({ handoverMs: long, driverAwayMs: 0 }));

  test("is asked, in front of everybody, and says no or hands over", async () => {
    const runId = await askedRun();
    const screen = await look(ada, runId, "one");
    await takeOver(grace, runId, "two");
    const event = await screen.next("run", "runEvent");
    expect(event.kind).toMatchObject({ case: "handoverRequested", value: { by: { tabId: "two" } } });
    expect(await standing(runId)).toEqual(["ada one", "UNSPECIFIED"]);
    await expect(takeOver(ida, runId, "three")).rejects.toThrow("grace has asked to drive already.");
    await decide(ada, runId, DENIED);
    expect(await standing(runId)).toEqual(["ada one", "DENIED"]);
    await takeOver(grace, runId, "two");
    await decide(ada, runId, GRANTED);
    expect(await standing(runId)).toEqual(["grace two", "GRANTED"]);
    await expect(ada.answer(runId, "name", "Ada", { tabId: "one" })).rejects.toThrow("grace drives this run.");
    await grace.answer(runId, "name", "Grace", { tabId: "two" });
    const { kind } = await host
      .next("answer", runId)
      .then((answer) => answer.answer?.values.name ?? { kind: undefined });
    expect(kind).toMatchObject({ value: { text: "Grace" } });
  });

  test("is asked by a program as by a person, and keeps the run when the question is withdrawn", async () => {
    const runId = await askedRun(program);
    await takeOver(grace, runId, "two");
    await look(grace, runId, "two");
    await takeOver(program, runId, "keys have no tab");
    await decide(program, runId, WITHDRAWN);
    expect(await standing(runId)).toEqual(["grace two", "WITHDRAWN"]);
    await expect(program.answer(runId, "name")).rejects.toThrow("grace drives this run. Ask to drive it first.");
  });

  test("drives in one tab, and at once in another that says so, or once this one is closed", async () => {
    const runId = await askedRun();
    const screen = await look(ada, runId, "one");
    const ifFree = (operator: Operator, tabId: string) => operator.runs.takeOver({ runId, tabId, ifFree: true });
    await ifFree(ada, "other");
    await ifFree(grace, "two");
    await ifFree(ida, "");
    expect(await standing(runId)).toEqual(["ada one", undefined]);
    await screen.close();
    await ifFree(grace, "two");
    await ifFree(ida, "");
    const takenIn = async (tabId: string) => {
      await ifFree(ada, tabId);
      return standing(runId);
    };
    await expect.poll(() => takenIn("third")).toEqual(["ada third", undefined]);
    await takeOver(ada, runId, "one");
    await look(ada, runId, "one");
    await look(ada, runId, "other");
    const answer = (tabId: string) => ada.answer(runId, "name", "Ada", { tabId });
    await expect(answer("other")).rejects.toThrow("You drive this run in another tab.");
    await takeOver(ada, runId, "other");
    expect(await standing(runId)).toEqual(["ada other", undefined]);
    await expect(answer("one")).rejects.toThrow("You drive this run in another tab.");
    await answer("other");
  });

  test("is asked once by a request that is repeated", async () => {
    const runId = await askedRun();
    await look(ada, runId, "one");
    const ask = () => grace.runs.takeOver({ runId, tabId: "two", requestId: "the same" });
    const first = await ask();
    await decide(ada, runId, DENIED);
    expect((await ask()).state?.handover?.sequence).toBe(first.state?.handover?.sequence);
  });
});

describe("a driver who says nothing", () => {
  beforeEach(() => start({ handoverMs: 300, driverAwayMs: long }));

  test("gives the run to who asked and is there", async () => {
    const runId = await askedRun();
    await look(grace, runId, "two");
    await takeOver(grace, runId, "two");
    await expect.poll(() => standing(runId)).toEqual(["grace two", "GRANTED"]);
  });

  test("gives it to a program, which is nowhere to be seen", async () => {
    const runId = await askedRun(program);
    await look(grace, runId, "two");
    await takeOver(grace, runId, "two");
    await expect.poll(() => standing(runId)).toEqual(["grace two", "GRANTED"]);
    await takeOver(program, runId);
    await expect.poll(() => standing(runId)).toEqual(["apiKey ", "GRANTED"]);
    await program.answer(runId, "name");
  });

  test("keeps it when who asked has left", async () => {
    const runId = await askedRun();
    const screen = await look(grace, runId, "two");
    await takeOver(grace, runId, "two");
    await screen.close();
    await expect.poll(() => standing(runId)).toEqual(["ada one", "LAPSED"]);
    expect((await ada.state(runId)).handover?.outcome).toBe(LAPSED);
  });
});

test("a driver who is away loses the run at once, one who was there of late does not", async () => {
  await start({ handoverMs: long, driverAwayMs: 500 });
  const runId = await askedRun();
  const screen = await look(ada, runId, "one");
  await screen.close();
  await takeOver(grace, runId, "two");
  expect(await standing(runId)).toEqual(["ada one", "UNSPECIFIED"]);
  await decide(grace, runId, WITHDRAWN);
  await expect
    .poll(async () => {
      await takeOver(grace, runId, "two");
      const [driver] = await standing(runId);
      if (driver === "ada one") await decide(grace, runId, WITHDRAWN);
      return driver;
    })
    .toBe("grace two");
});

test("who sees a run but may not run its action only watches", async () => {
  await start({ handoverMs: long });
  const kind = { case: "action" as const, value: {} };
  const runId = await askedRun();
  const catalog = { routes: [{ path: "hello", kind, access: { kind: { case: "teams" as const, value: {} } } }] };
  host.send({ body: { case: "routes", value: { catalog } } });
  const place = { organization: "main", environment: "production" };
  await expect.poll(async () => (await grace.actions.listActions(place)).entries.length).toBe(0);
  await expect(takeOver(grace, runId, "two")).rejects.toThrow('You may not run "hello", only watch it.');
  expect(await standing(runId)).toEqual(["ada one", undefined]);
});

test("a question that waits outlives the server: its time starts anew once somebody is there", async () => {
  await start({ handoverMs: long, driverAwayMs: long });
  const { key } = await server.key();
  const runId = await askedRun();
  await takeOver(grace, runId, "two");
  const before = (await grace.state(runId)).handover;
  await server.restart();
  signIn();
  await look(ada, runId, "one");
  await expect.poll(async () => (await ada.state(runId)).handover?.sequence).not.toBe(before?.sequence);
  const { handover } = await ada.state(runId);
  expect(handover?.by?.tabId).toBe("two");
  expect(handover?.until?.seconds).toBeGreaterThan(before?.until?.seconds ?? 0n);
  await expect(takeOver(grace, runId, "two")).rejects.toThrow("is known once a host serves it");
  await server.host(key, { hello: { catalog: actions("hello") } });
  await decide(ada, runId, DENIED);
  expect(await standing(runId)).toEqual(["ada one", "DENIED"]);
});
