import { Interval } from "@interval/sdk";
import path from "path";

const interval = new Interval({
  endpoint: process.env.INTERVAL_ENDPOINT,
  apiKey: process.env.INTERVAL_API_KEY,
  routesDirectory: path.resolve(__dirname, "routes"),
});
interval.listen();
