import path from "node:path";
import { Interval } from "@interval/sdk";

const interval = new Interval({
  endpoint: process.env.INTERVAL_ENDPOINT,
  apiKey: process.env.INTERVAL_API_KEY,
  routesDirectory: path.resolve(__dirname, "routes"),
});
interval.listen();
