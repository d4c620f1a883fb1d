// A server, its hosts and clients, the lines between them, and the directory that remembers what they saw.
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bin } from "../lib.js";
import { programKey } from "../program-key.js";
import { openLedger } from "./ledger.js";
import { Line } from "./line.js";
import { Restarted } from "./processes.js";
import { Random } from "./seeded.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const hostCount = 4;
const clientCount = 3;

/** Short enough that a run whose host is gone does not hold up the others, long enough for hosts that pause between attempts. */
const timing = {
  heartbeatIntervalMs: 1000,
  heartbeatTimeoutMs: 3000,
  hostGraceMs: 20_000,
  takeOverMs: 1000,
  cancelCleanUpMs: 5000,
};

/** All that takes part in one seed's runs. */
export class World {
  dir = mkdtempSync(join(tmpdir(), "interval-faults-"));
  lines = { hosts: new Line(), http1Hosts: new Line({ http1: true }), clients: new Line() };
  hosts = [];
  clients = [];
  server;
  #note;
  #random;
  #onClient;

  /** @param onClient is told what clients say, when one is up, and when one is gone */
  constructor(seed, onClient) {
    for (const name of ["data", "ledger", "deaths"]) mkdirSync(join(this.dir, name));
    this.#note = openLedger(join(this.dir, "ledger"), "world");
    this.#random = new Random(seed, "world");
    this.#onClient = onClient;
  }

  async start() {
    const open = Object.values(this.lines).map((line) => line.open());
    const [hostUrl, http1Url, clientUrl] = await Promise.all(open);
    const soon = () => this.#random.between(0, 1500);
    const spans = Object.entries(timing).map(([name, ms]) => `${name}=${ms}`);
    const errors = openSync(join(this.dir, "errors.log"), "a");
    this.server = new Restarted({
      errors,
      start: () => ({
        args: [bin.interval, "start"],
        env: {
          PORT: "0",
          INTERVAL_HOST: "127.0.0.1",
          INTERVAL_DATA_DIR: join(this.dir, "data"),
          INTERVAL_LOG: "error",
          INTERVAL_TIMING: spans.join(","),
        },
      }),
      onUp: ({ url }) => this.#serverAt(Number(new URL(url).port)),
      onDown: () => this.#serverAt(0),
      restartMs: soon,
    });
    await this.server.start();
    const key = readFileSync(join(this.dir, "data/development.key"), "utf8").trim();
    let deploys = 0;
    const host = (url) => ({
      errors,
      start: () => ({
        args: [join(here, "host.js")],
        env: {
          FAULTS_DIR: this.dir,
          FAULTS_DEPLOY: String(deploys++),
          INTERVAL_ENDPOINT: url,
          INTERVAL_API_KEY: key,
        },
      }),
      onDown: (pid) => this.#note({ what: "host ended", pid }),
      restartMs: soon,
    });
    // None to all of them are where HTTP/2 does not get through, one or two in most seeds.
    const urls = Array.from({ length: hostCount }, () => (this.#random.chance(0.35) ? http1Url : hostUrl));
    this.hosts = urls.map((url) => new Restarted(host(url)));
    await Promise.all(this.hosts.map((each) => each.start()));
    this.clients = Array.from({ length: clientCount }, (_, i) => {
      const env = {
        FAULTS_DIR: this.dir,
        FAULTS_URL: clientUrl,
        FAULTS_KEY: programKey(join(this.dir, "data")),
        FAULTS_HTTP: i % 2 ? "2" : "1.1",
      };
      return new Restarted({
        errors,
        start: () => ({ args: [join(here, "client.js")], env }),
        onMessage: (message, client) => this.#onClient.said(message, client),
        onUp: (_message, client) => this.#onClient.up(client),
        onDown: (_pid, client) => this.#onClient.down(client),
        restartMs: () => this.#random.between(0, 500),
      });
    });
    await Promise.all(this.clients.map((each) => each.start()));
  }

  /** Lets a host leave as after a deployment: gently, and not for ever. */
  leave(host) {
    if (!host.isUp) return false;
    const { pid } = host;
    host.send("leave");
    setTimeout(() => host.pid === pid && host.kill(), 10_000).unref();
    return true;
  }

  /** Nothing goes wrong from now on. */
  makePeace() {
    for (const each of [this.server, ...this.hosts, ...this.clients]) each.thaw();
    for (const host of this.hosts) host.send("peace");
  }

  /** How many hosts killed themselves at a point of a handler. */
  get deaths() {
    return readdirSync(join(this.dir, "deaths")).length;
  }

  /** Ends all processes; the directory stays. */
  async stop() {
    await Promise.all(this.clients.map((each) => each.stop()));
    await Promise.all(this.hosts.map((each) => each.stop()));
    await this.server?.stop(15_000);
    for (const line of Object.values(this.lines)) line.close();
  }

  remove() {
    rmSync(this.dir, { recursive: true, force: true });
  }

  #serverAt(port) {
    for (const line of Object.values(this.lines)) line.target = port;
  }
}
