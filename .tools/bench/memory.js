import { readdirSync, readFileSync } from "node:fs";

/** How much memory processes hold, looked at every 250 ms, in MiB; 0 where the system does not tell. */
export class Memory {
  #pids;
  #timer;
  #samples = [];

  /** @param {() => number[]} pids the processes, whose memory is added up */
  constructor(pids) {
    this.#pids = pids;
    this.#look();
    this.idle = this.#samples[0] ?? 0;
    this.#timer = setInterval(() => this.#look(), 250);
  }

  /** Ends looking, and returns what was held at first and at most. */
  stop() {
    clearInterval(this.#timer);
    const peak = Math.max(...this.#samples);
    return { idle: this.idle, peak, growth: peak - this.idle, samples: this.#samples.length };
  }

  #look() {
    this.#samples.push(this.#pids().reduce((sum, pid) => sum + rssMiB(pid), 0));
  }
}

/** The processes that a process has started, and those that they have. */
export function descendants(pid) {
  try {
    const stats = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const parents = new Map(stats.map((name) => [Number(name), parentOf(name)]));
    const isBelow = (each) => each > 1 && (parents.get(each) === pid || isBelow(parents.get(each) ?? 0));
    return [...parents.keys()].filter(isBelow);
  } catch {
    return [];
  }
}

/** What a process was started with. */
export function commandOf(pid) {
  return read(`/proc/${pid}/cmdline`);
}

/** How long a process has had a processor so far, in seconds. */
export function cpuSeconds(pid) {
  const fields = read(`/proc/${pid}/stat`).replace(/.*\) /s, "").split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function rssMiB(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);
}

function parentOf(pid) {
  return Number(/PPid:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended, or the system is another
  }
}
