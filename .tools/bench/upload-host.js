// The host of the upload: an action that streams a file, and returns how many bytes came and how long that took.
import { Interval, io } from "@interval/sdk";

const interval = new Interval({
  logLevel: "quiet",
  routes: {
    upload: async () => {
      const file = await io.input.file("File");
      const began = performance.now();
      let bytes = 0;
      for await (const chunk of await file.stream()) bytes += chunk.length;
      return { bytes, ms: performance.now() - began };
    },
  },
});
await interval.listen();
process.send({ url: "" });
