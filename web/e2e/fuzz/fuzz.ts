import { actAsHost } from "./hosts.ts";
import { Judge } from "./judge.ts";
import { Scene } from "./scene.ts";
import { sendRaw } from "./sockets.ts";
import { callUnary, lookAround } from "./unary.ts";
import { uploadFiles } from "./uploads.ts";
import { watchAll } from "./watchers.ts";
import { secrets, World } from "./world.ts";

/** How many attackers are at work at once. */
const workers = 12;
/** How often the server is looked at, in shares of the whole. */
const checkpoints = 5;

/** What a seed has found. */
export interface Figures {
  seed: string;
  sent: number;
  byKind: Record<string, number>;
  crashes: number;
  internal: number;
  stalls: number;
  leaks: number;
  oversized: number;
  /** Honest runs that did not come to their end. */
  broken: number;
  /** What the server holds after a collection, in MiB, at equal distances. */
  heapMiB: number[];
  seconds: number;
  findings: string[];
}

const attackers = { callUnary, actAsHost, watchAll, uploadFiles, sendRaw } as const;
type Kind = keyof typeof attackers;

/** Sends so many requests and frames to a real server with real hosts, and looks at all that comes of it. */
export async function fuzz(seed: string, count: number, tell: (text: string) => void = () => {}): Promise<Figures> {
  await using world = await World.open();
  const judge = new Judge(Object.values(secrets));
  const scene = new Scene(world, judge, seed);
  await lookAround(scene);
  await world.reading({ collect: true }); // what the start has cost is not looked at
  const begun = performance.now();
  const byKind: Record<string, number> = {};
  const heapMiB: number[] = [];
  let sent = 0;
  for (let part = 1; part <= checkpoints; part++) {
    const goal = (count * part) / checkpoints;
    const work = async () => {
      while (sent < goal && judge.findings.length < 500) {
        const kind = scene.random.weighted<Kind>([
          [80, "callUnary"],
          [4, "actAsHost"],
          [5, "watchAll"],
          [3, "uploadFiles"],
          [10, "sendRaw"],
        ]);
        const done = await attackers[kind](scene);
        sent += done;
        byKind[kind] = (byKind[kind] ?? 0) + done;
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    await check(world, judge);
    const { heapBytes } = await settled(world);
    heapMiB.push(Math.round(heapBytes / 2 ** 20));
    tell(`${sent} sent, ${judge.findings.length} findings, ${heapMiB.at(-1)} MiB`);
    await lookAround(scene);
  }
  scene.close();
  const found = (kind: string) => judge.findings.filter((each) => each.kind === kind).length;
  return {
    seed,
    sent,
    byKind,
    crashes: found("crash"),
    internal: found("internal"),
    stalls: found("stall"),
    leaks: found("leak"),
    oversized: found("oversized"),
    broken: found("broken"),
    heapMiB,
    seconds: Math.round((performance.now() - begun) / 1000),
    findings: judge.findings.map(({ kind, what }) => `${kind}: ${what}`),
  };
}

/** Whether memory has stayed flat: after its first part a run may grow by no more than a quarter and 16 MiB. */
export function isFlat([first = 0, ...rest]: readonly number[]): boolean {
  return rest.every((mib) => mib <= first * 1.25 + 16);
}

async function check(world: World, judge: Judge): Promise<void> {
  for (const death of await world.deaths()) judge.report("crash", death);
  const fault = await world.probe();
  if (fault) judge.report("broken", fault);
  const { stalls } = await world.reading();
  for (const { at, ms, cpuMs } of stalls) {
    const suspects = judge.during(at - ms, at);
    judge.report("stall", `${cpuMs} ms of work in ${ms} ms, during: ${suspects.join("; ")}`);
  }
}

/** Waits until what the attackers have left is cleared up: memory no longer falls. */
async function settled(world: World): Promise<{ heapBytes: number }> {
  let last = await world.reading({ collect: true });
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const next = await world.reading({ collect: true });
    if (next.heapBytes > last.heapBytes * 0.98) return next;
    last = next;
  }
  return last;
}
