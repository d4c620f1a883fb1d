// How soon home and history can be used: with nothing in them, and with many actions in the catalogue and many runs in the history.
// node .tools/bench/history.js [runs] [actions] [--json]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib.js";
import { seedRuns } from "./history-seed.js";
import { median } from "./median.js";
import { Programs } from "./programs.js";
import { chromium } from "playwright-core";

const [runs = 10_000, actions = 1000] = process.argv.slice(2).filter((each) => /^\d+$/.test(each)).map(Number);
const loads = 9;
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A screen can be used once what it is for is there, and has the focus when asked. */
const screens = {
  home: { path: "", search: "Search actions", empty: "Connect your first host", there: (i) => `Area ${i}` },
  history: { path: "/history", search: /^Search actions, people/, empty: "No runs yet" },
};

const browser = await chromium.launch({ executablePath, args: flags });
try {
  const empty = await measure(0, 0);
  const full = await measure(runs, actions);
  const rows = Object.keys(screens).map((screen) => ({
    screen,
    empty_ms: empty[screen],
    full_ms: full[screen],
    ratio: Number((full[screen] / empty[screen]).toFixed(2)),
  }));
  const figures = { runs, actions, loads, screens: rows, server: full.requests, seed_ms: full.seedMs };
  if (process.argv.includes("--json")) console.log(JSON.stringify(figures));
  else {
    console.log(`${runs} runs, ${actions} actions, medians of ${loads} loads`);
    console.table(rows);
    console.table(full.requests);
  }
} finally {
  await browser.close();
}

async function measure(runCount, actionCount) {
  const programs = new Programs();
  try {
    const first = await programs.server();
    await programs.end();
    const seedMs = await seedRuns(programs.dataDir, runCount, actionCount);
    const { url } = runCount > 0 ? await programs.server() : await programs.server();
    const key = first.key;
    if (actionCount > 0) {
      await programs.bench("history-host.js", { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: key, ACTIONS: String(actionCount) });
    }
    const link = await programs.signInLink(url);
    const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(link);
    await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
    const times = { home: [], history: [] };
    for (let load = 0; load < loads + 1; load++) {
      for (const screen of Object.keys(screens)) {
        const ms = await loadOf(page, url, screen, runCount > 0);
        if (load > 0) times[screen].push(ms); // the first fills the cache
      }
    }
    const requests = await measureRequests(url, key);
    await context.close();
    return { home: Math.round(median(times.home)), history: Math.round(median(times.history)), requests, seedMs };
  } finally {
    await programs.stop();
  }
}
