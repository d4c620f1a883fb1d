import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.date(label, { min?, max?, … }) → { year, month, day, isoDate, jsDate }
 *
 * A day, typed part by part or chosen from a calendar.
 */
export default new Action({
  name: "Date",
  description: "A day between two others.",
  handler: async () =>
    received(
      await io.input.date("Day", {
        min: { year: 2026, month: 1, day: 1 },
        max: { year: 2026, month: 12, day: 31 },
      }),
    ),
});
