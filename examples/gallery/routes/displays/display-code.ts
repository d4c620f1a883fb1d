import { readFileSync } from "node:fs";
import { Action, io } from "@interval/sdk";

/**
 * io.display.code(label, { code, language? })
 *
 * Program text in its colours, and a button that copies it.
 */
export default new Action({
  name: "Code",
  description: "Program text in its colours.",
  handler: async () => {
    await io.display.code("This very action", { code: readFileSync(__filename, "utf8"), language: "typescript" });
    await io.display.code("Plain", { code: "just text" });
  },
});
