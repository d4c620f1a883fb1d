// The host of the product: an action that asks again and again, and returns how long each answer took.
import { Interval, io } from "@interval/sdk";

const interval = new Interval({
  logLevel: "quiet",
  routes: {
    bench: async (_io, ctx) => {
      const times = [];
      for (let i = 0; i < ctx.params.count; i++) {
        const began = performance.now();
        await io.input.text("Your name");
        times.push(performance.now() - began);
      }
      return times;
    },
  },
});
await interval.listen();
process.send({ url: "" });
