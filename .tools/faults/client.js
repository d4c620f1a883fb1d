// A process with clients: it is given runs by number, brings each to its end, and says so.
import { join } from "node:path";
import { Api } from "./api.js";
import { openLedger } from "./ledger.js";
import { operate } from "./operate.js";
import { Watcher } from "./watcher.js";

const { FAULTS_DIR: dir, FAULTS_URL: url, FAULTS_KEY: key, FAULTS_HTTP: httpVersion } = process.env;
const note = openLedger(join(dir, "ledger"), "client");
const api = new Api({ url, key, httpVersion, note });
const watcher = new Watcher(api, note);

const tell = (message) => process.connected && process.send(message, () => {});

process.on("message", ({ task }) => {
  if (!task) return;
  operate({ api, watcher, note, task, tick: () => tell({ tick: true }) }).then(
    (how) => tell({ number: task.number, how }),
    (error) => {
      note({ what: "odd", number: task.number, why: `the client gave up: ${error.stack ?? error}` });
      tell({ number: task.number, how: "failed" });
    },
  );
});
process.on("disconnect", () => process.exit(0));
tell({ ready: true });
