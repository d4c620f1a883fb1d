// Tables of 100,000 rows on a real server and a real host, with a scripted client: opened, paged, ordered, filtered. The floor of opening is the
// same for a text field; that of a page is one of a table of one row; that of an order and a filter is such a page and what plain JavaScript takes
// for the same in the host's process, without natural order and without what cells show.
import { randomUUID } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { fromValue, RunService, toParams } from "@interval/proto";
import { line } from "./line.js";
import { median } from "./median.js";
import { Programs } from "./programs.js";

const rounds = 7;
const pages = 5;
const terms = ["ada", "customer 99", "example.com", "12345", "void", "grace customer", "u77"];
const columns = ["name", "amount", "when", "email"];

/** Measures, and returns the figures. */
export async function measureTables() {
  const programs = new Programs();
  try {
    const { url, hostKey, key } = await programs.server();
    await programs.bench("table-host.js", { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: hostKey }, ["--expose-gc"]);
    const client = new TableClient(url, key);
    const times = new Times();
    await round(client, new Times(), 0); // warms up
    // In turns, so that whatever else the machine does falls on all alike.
    for (let i = 0; i < rounds; i++) await round(client, times, i);
    const memory = await memoryInUse(client);
    return [...report(times), line("table_memory", memory, 1, "x of the rows")];
  } finally {
    await programs.stop();
  }
}

async function round(client, times, i) {
  await client.end(await times.take("none open", () => client.open("none")));
  const one = await client.open("one");
  for (let n = 0; n < pages; n++) await times.take("one page", () => client.page(one, {}));
  await client.end(one);
  const queries = { sort: { sortColumn: columns[i % columns.length] }, filter: { queryTerm: terms[i % terms.length] } };
  for (const [name, query] of Object.entries(queries)) times.add(`plain ${name}`, await client.result("plain", query));
  for (const kind of ["data", "fetched"]) {
    const run = await times.take(`${kind} open`, () => client.open(kind));
    for (let n = 0; n < pages; n++) {
      const offset = BigInt(((i * pages + n) * 2957) % 99_980);
      await times.take(`${kind} page`, () => client.page(run, { offset }));
    }
    for (const [name, query] of Object.entries(queries)) {
      await times.take(`${kind} ${name}`, () => client.page(run, query));
    }
    await client.end(run);
  }
}

/** What a table that was looked at in every way holds on to, its rows included. */
async function memoryInUse(client) {
  const run = await client.open("data");
  for (const sortColumn of columns) await client.page(run, { sortColumn });
  for (const queryTerm of terms) await client.page(run, { queryTerm });
  const memory = await client.result("memory", {});
  await client.end(run);
  return memory;
}

function report(times) {
  const page = times.median("one page");
  return ["data", "fetched"].flatMap((kind) => {
    const suffix = kind === "data" ? "" : "_fetched";
    const floors = {
      open: times.median("none open"),
      page,
      sort: page + times.median("plain sort"),
      filter: page + times.median("plain filter"),
    };
    return Object.entries(floors).map(([name, floor]) =>
      line(`table_${name}${suffix}`, times.median(`${kind} ${name}`), floor),
    );
  });
}

/** How long things took, by name. */
class Times {
  #times = new Map();

  add(name, ms) {
    this.#times.set(name, [...(this.#times.get(name) ?? []), ms]);
  }

  async take(name, perform) {
    const began = performance.now();
    const result = await perform();
    this.add(name, performance.now() - began);
    return result;
  }

  median(name) {
    return median(this.#times.get(name) ?? []);
  }
}

/** Operates runs as a dashboard would. */
class TableClient {
  #runs;

  constructor(baseUrl, key) {
    const authorize = (next) => (request) => {
      request.header.set("Authorization", `Bearer ${key}`);
      return next(request);
    };
    const interceptors = [authorize];
    const options = { baseUrl, httpVersion: "1.1", useBinaryFormat: true, interceptors };
    this.#runs = createClient(RunService, createConnectTransport(options));
  }

  /** Starts an action and waits until it asks something. */
  async open(action) {
    const { state } = await this.#start(action, {});
    return { runId: state.run.id, call: state.calls[0].call };
  }

  /** What an action returns. */
  async result(action, params) {
    const { state } = await this.#start(action, params);
    return fromValue(state.finished.outcome.value.result);
  }

  /** Asks a table for a page, as on screen. */
  page({ runId, call }, query) {
    const value = { queryTerm: "", sortDirection: 1, offset: 0n, pageSize: 20, ...query };
    const fetch = { kind: { case: "selectTable", value: { ask: { case: "query", value } } } };
    return this.#runs.fetch({ runId, callKey: call.key, componentKey: call.components[0].key, fetch });
  }

  async end({ runId }) {
    await this.#runs.cancelRun({ runId, requestId: randomUUID() });
    await this.#runs.getRun({ runId, wait: { seconds: 10n } });
  }

  #start(action, params) {
    const request = { action, params: toParams(params), requestId: randomUUID(), wait: { seconds: 30n } };
    return this.#runs.startRun(request);
  }
}
