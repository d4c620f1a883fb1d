const path = require("path");
const { Interval } = require("@interval/sdk");
const interval = new Interval({
  endpoint: process.env.INTERVAL_ENDPOINT,
  apiKey: process.env.INTERVAL_API_KEY,
  routesDirectory: path.resolve(__dirname, "routes"),
});
interval.listen();
