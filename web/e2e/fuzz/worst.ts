// npm run fuzz -- --worst: how long a person waits while a member, a key and a host each try their worst. `--seconds 120 --json`
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { CallStatus, RunService, RunStatus } from "@interval/proto";
import { TestProcess } from "../harness/process.ts";
import type { Attack } from "./attacker.ts";
import { World } from "./world.ts";

/** How long requests took, in milliseconds. */
interface Times {
  p50: number;
  p99: number;
  max: number;
  requests: number;
}

const place = { organization: "main", environment: "production" };

/** Works as a person does for some seconds: starts a run, answers it, looks at the history. */
async function work(world: World, seconds: number): Promise<Times> {
  const { colleague } = world;
  const transport = createConnectTransport({
    baseUrl: world.server.url,
    httpVersion: "1.1",
    interceptors: [
      (next) => (request) => {
        for (const [name, value] of Object.entries(colleague.headers)) request.header.set(name, value);
        return next(request);
      },
    ],
  });
  const runs = createClient(RunService, transport);
  const times: number[] = [];
  const timed = async <T>(ask: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const answer = await ask();
    times.push(performance.now() - from);
    return answer;
  };
  const end = performance.now() + seconds * 1000;
  const wait = { seconds: 30n };
  while (performance.now() < end) {
    const request = { ...place, action: "inputs/input-text", requestId: randomUUID(), wait };
    let { state } = await timed(() => runs.startRun(request));
    const runId = state?.run?.id ?? "";
    for (;;) {
      const open = state?.calls.find(({ status }) => status === CallStatus.OPEN);
      if (!open?.call) break;
      const text = { kind: { case: "inputText" as const, value: { text: "Ada Lovelace" } } };
      const values = Object.fromEntries(open.call.components.map(({ key }) => [key, text]));
      const { revision, call } = open;
      const answer = { runId, callKey: call.key, revision, answer: { values }, requestId: randomUUID(), wait };
      ({ state } = await timed(() => runs.answerCall(answer)));
    }
    if (state?.run?.status !== RunStatus.SUCCEEDED)
      throw new Error(`A run ended with the status ${state?.run?.status}.`);
    await timed(() => runs.listRuns(place));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(0.9999), requests: times.length };
}

/** Measures a person's requests without the attackers, and with all three of them. */
export async function worst(seconds: number) {
  await using world = await World.open();
  await work(world, 5); // everything is warm
  const quiet = await work(world, Math.max(10, seconds / 2));
  await using attackers = new AsyncDisposableStack();
  const [member, , key] = world.callers;
  const attacks = { member: member?.headers, key: key?.headers, host: { authorization: `Bearer ${world.hostKey}` } };
  for (const [role, headers = {}] of Object.entries(attacks)) {
    const attack: Attack = { url: world.server.url, headers };
    const env = { ...process.env, FUZZ_ATTACKER: JSON.stringify(attack) };
    attackers.use(
      new TestProcess(process.execPath, ["--no-warnings", join(import.meta.dirname, "attacker.ts"), role], { env }),
    );
  }
  const attacked = await work(world, seconds);
  return { quiet, attacked, ratio: Math.round((attacked.p99 / quiet.p99) * 10) / 10, deaths: await world.deaths() };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      worst: { type: "boolean" },
      seconds: { type: "string", default: "120" },
      json: { type: "boolean", default: false },
    },
  });
  const figures = await worst(Number(values.seconds));
  console.log(values.json ? JSON.stringify(figures) : figures);
  process.exit(figures.ratio < 4 && figures.deaths.length === 0 ? 0 : 1);
}
