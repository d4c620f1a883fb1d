// How soon home and history can be used: with nothing in them, and with many actions in the catalogue and many runs in the history.
// node .tools/bench/history.js [runs] [actions] [--json]
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";
import { bin } from "../lib.js";
import { seedRuns } from "./history-seed.js";
import { median } from "./median.js";
import { Programs } from "./programs.js";
import { Requests } from "./requests.js";

const numbers = process.argv.slice(2).filter((each) => /^\d+$/.test(each));
const [runs = 10_000, actions = 1000] = numbers.map(Number);
const loads = 9;
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const screens = ["home", "history"];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
const places = [];
try {
  const empty = await open(0, 0);
  const full = await open(runs, actions);
  const list = () => ({ empty: [], full: [] });
  const times = { home: list(), history: list() };
  // In turns, so that what else the machine does falls on both.
  for (let load = 0; load <= loads; load++) {
    for (const screen of screens) {
      for (const [name, place] of Object.entries({ empty, full })) {
        const ms = await loadOf(place, screen, name === "full");
        if (load > 0) times[screen][name].push(ms); // the first fills the browser's cache
      }
    }
  }
  const lines = screens.map((screen) => {
    const [empty_ms, full_ms] = [median(times[screen].empty), median(times[screen].full)].map(Math.round);
    const [empty_least_ms, full_least_ms] = ["empty", "full"].map((name) =>
      Math.round(Math.min(...times[screen][name])),
    );
    return { screen, empty_ms, full_ms, ratio: Number((full_ms / empty_ms).toFixed(2)), empty_least_ms, full_least_ms };
  });
  const requests_ms = await measureRequests(full.url, full.key);
  if (process.argv.includes("--json")) console.log(JSON.stringify({ runs, actions, loads, lines, requests_ms }));
  else {
    console.log(`${runs} runs, ${actions} actions, medians of ${loads} loads`);
    console.table(lines);
    console.table(requests_ms);
  }
} finally {
  await browser.close();
  for (const programs of places) await programs.stop();
}

/** Starts a server with so much in it, and opens a window of its admin. */
async function open(runCount, actionCount) {
  const programs = new Programs();
  places.push(programs);
  const { url, hostKey, key } = await programs.server();
  await seedRuns(programs.dataDir, runCount, actionCount);
  if (actionCount > 0) {
    const env = { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: hostKey, ACTIONS: String(actionCount) };
    await programs.bench("history-host.js", env);
  }
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(signInLink(programs.dataDir, url));
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
  return { url, key, page };
}

/**
 * Loads a screen, and returns how many milliseconds after its navigation began it could be used: what it is for is drawn, and the first
 * field or link of it has the focus and was drawn with it.
 */
async function loadOf({ page, url }, screen, isFull) {
  const path = screen === "home" ? "" : "/history";
  await page.goto(`${url}/main/development${path}`, { waitUntil: "commit" });
  const words = { home: ["Connect your first host", "Area 0"], history: ["No runs yet", "Action "] }[screen];
  const found = await page.waitForFunction(
    (text) => {
      const main = document.querySelector("main");
      // The text of its nodes: that of what is drawn, asked for in every frame, would be a tenth of the time measured.
      if (!main?.querySelector("h1") || main.querySelector("[aria-busy=true]") || !main.textContent.includes(text))
        return false;
      const first = main.querySelector("input, a[href], button");
      first?.focus();
      if (document.activeElement !== first) return false;
      return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
    },
    words[isFull ? 1 : 0],
    { polling: "raf" },
  );
  return found.jsonValue();
}

/** How long the server takes for what the history asks of it, in milliseconds. */
async function measureRequests(url, key) {
  const requests = new Requests(url, key);
  const filters = {
    all: {},
    action: { action: "area_3/action_151" },
    page: { page: "area_3" },
    failed: { statuses: ["RUN_STATUS_FAILED"] },
    "API key": { triggers: ["RUN_TRIGGER_API"] },
    "text of many": { text: "action 7" },
    "text of one": { text: "customer 17 r-17" },
    "text of none": { text: "nowhere" },
  };
  const times = {};
  for (const [name, filter] of Object.entries(filters))
    times[name] = await timeOf(() => requests.call("RunService/ListRuns", { filter }));
  times.facets = await timeOf(() => requests.call("RunService/GetRunFacets", {}));
  return times;
}

async function timeOf(ask) {
  const times = [];
  for (let i = 0; i < 9; i++) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return Number(median(times).toFixed(1));
}

function signInLink(dataDir, url) {
  const args = [bin.interval, "user", "sign-in-link", "--email", "admin@localhost"];
  const env = { ...process.env, INTERVAL_DATA_DIR: dataDir, INTERVAL_URL: url };
  const printed = execFileSync(process.execPath, args, { env, encoding: "utf8" });
  return /http\S+\/sign-in#token=\S+/.exec(printed)[0];
}
