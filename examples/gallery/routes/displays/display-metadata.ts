import { setTimeout as delay } from "node:timers/promises";
import { Action, io } from "@interval/sdk";

const data = () => [
  { label: "Name", value: "Ada Lovelace" },
  { label: "Born", value: new Date(Date.UTC(1815, 11, 10)) },
  { label: "Balance", value: delay(50, "$12.50") },
  { label: "Score", value: async () => 99 },
  { label: "Credit", value: () => Promise.reject(new Error("The bank does not answer.")) },
  { label: "Site", value: "example.com", url: "https://example.com" },
];

/**
 * io.display.metadata(label, { layout?, data: [{ label, value, … }] })
 *
 * Labelled values as a grid, a list or cards. What is on its way shows a skeleton first, what fails says why.
 */
export default new Action({
  name: "Metadata",
  description: "Labelled values in three layouts, some of which take their time.",
  handler: async () => {
    for (const layout of ["grid", "list", "card"] as const) {
      await io.display.metadata(`As a ${layout}`, { layout, data: data() });
    }
  },
});
