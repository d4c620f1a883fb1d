// The host of the tables: 100,000 rows over data and over getData, what plain JavaScript takes for the same, and the memory of it all.
import { Interval, io } from "@interval/sdk";

const firstNames = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Katherine"];
const count = 100_000;
const before = used();
const rows = Array.from({ length: count }, (_, i) => ({
  id: i,
  name: `${firstNames[(i * 7) % 6]} Customer ${(i * 7919) % count}`,
  email: `u${(i * 31) % count}@example.com`,
  amount: ((i * 7919) % count) / 7,
  status: ["paid", "open", "void"][i % 3],
  when: new Date(1.6e12 + ((i * 104_729) % count) * 1e6),
}));
const ofRows = used() - before;

function used() {
  global.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Filters and orders without more ado. */
function find({ queryTerm, sortColumn }) {
  const term = queryTerm?.toLowerCase();
  const found = term
    ? rows.filter((row) => Object.values(row).some((value) => String(value).toLowerCase().includes(term)))
    : rows;
  return sortColumn ? [...found].sort((a, b) => (a[sortColumn] < b[sortColumn] ? -1 : 1)) : found;
}

const times = new Map();
function timed(state) {
  const began = performance.now();
  const found = find(state);
  times.set(JSON.stringify([state.queryTerm ?? "", state.sortColumn ?? ""]), performance.now() - began);
  return found;
}

const columns = ["id", "name", "email", "amount", "status", "when"];
const getData = async (state) => ({
  data: timed(state).slice(state.offset, state.offset + state.pageSize),
  totalRecords: count,
});
const interval = new Interval({
  logLevel: "quiet",
  routes: {
    none: () => io.input.text("Your name"),
    one: () => io.select.table("Rows", { data: rows.slice(0, 1) }),
    data: () => io.select.table("Rows", { data: rows }),
    fetched: () => io.select.table("Rows", { getData, columns }),
    /** What plain JavaScript takes for a query, in milliseconds. */
    plain: (_io, { params }) => {
      timed(params);
      return times.get(JSON.stringify([params.queryTerm ?? "", params.sortColumn ?? ""]));
    },
    /** How much memory there is now, as a multiple of the rows'. */
    memory: () => (used() - before) / ofRows,
  },
});
await interval.listen();
process.send({ url: "" });
