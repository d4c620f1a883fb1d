// The host of survive.js: actions that ask twice, with a step between. Every execution of a step is a line of the ledger.
import { appendFileSync } from "node:fs";
import { ctx, Interval, io } from "@interval/sdk";

const handler = async () => {
  const first = await io.input.text("First");
  await ctx.step("step", ({ idempotencyKey }) => appendFileSync(process.env.LEDGER, `${idempotencyKey}\n`));
  const second = await io.input.text("Second");
  return `${first} ${second}`;
};

await new Interval({ routes: { plain: handler, durable: { handler, durable: true } }, logLevel: "quiet" }).listen();
process.send?.({ url: process.env.INTERVAL_ENDPOINT });
