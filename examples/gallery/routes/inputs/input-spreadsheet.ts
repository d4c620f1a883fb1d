import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.spreadsheet(label, { columns: { name: "string", seats: "number?", … } }) → rows
 *
 * Typed rows that are typed, pasted or imported, up to 5,000 of them.
 */
export default new Action({
  name: "Spreadsheet",
  description: "Rows that are typed, pasted or imported.",
  handler: async () =>
    received(
      await io.input.spreadsheet("Guests", {
        helpText: "Paste from a spreadsheet program, or import a CSV file.",
        columns: { name: "string", seats: "number", vegetarian: "boolean?", arrives: "date?" },
      }),
    ),
});
