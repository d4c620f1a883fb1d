// The host of the upload: an action that streams a file, and returns how many bytes came, how long that took, and their digest.
import { createHash } from "node:crypto";
import { Interval, io } from "@interval/sdk";

const interval = new Interval({
  logLevel: "info",
  routes: {
    upload: async () => {
      const file = await io.input.file("File");
      const began = performance.now();
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const chunk of await file.stream()) {
        bytes += chunk.length;
        hash.update(chunk);
      }
      return { bytes, ms: performance.now() - began, sha256: hash.digest("hex") };
    },
  },
});
await interval.listen();
