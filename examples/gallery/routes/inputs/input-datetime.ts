import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.datetime(label, { min?, max?, … }) → { year, month, day, hour, minute, isoDate, isoTime, timeZone, instant, jsDate }
 *
 * A day and a time on the operator's clock; the zone goes along.
 */
export default new Action({
  name: "Date and time",
  description: "A moment as the operator's clock says it.",
  handler: async () => received(await io.input.datetime("Starts", { min: "2026-01-01T08:30" })),
});
