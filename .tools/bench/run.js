// Runs the measurements one after the other and prints their figures.
import { measureRoundTrip } from "./io-round-trip.js";
import { measureTables } from "./table.js";

const lines = [...(await measureRoundTrip()), ...(await measureTables())];
if (process.argv.includes("--json")) console.log(JSON.stringify(lines));
else console.table(lines);
