// The host of idle.js: runs that wait for their second answer, and one that is asked again and again.
import { Interval, io } from "@interval/sdk";

const wait = async () => {
  const first = await io.input.text("First");
  const second = await io.input.text("Second");
  return `${first} ${second}`;
};

const bench = async (_io, ctx) => {
  const times = [];
  for (let i = 0; i < ctx.params.count; i++) {
    const began = performance.now();
    await io.input.text("Your name");
    times.push(performance.now() - began);
  }
  return times;
};

await new Interval({ routes: { wait, bench }, logLevel: "quiet" }).listen();
process.send({ url: "" });
