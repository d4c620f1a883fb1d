import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.time(label, { min?, max?, … }) → { hour, minute, isoTime }
 *
 * A time on the clock, as the reader's language writes it.
 */
export default new Action({
  name: "Time",
  description: "A time on the clock; noon and midnight are what they are.",
  handler: async () =>
    received(
      await io.group({
        opens: io.input.time("Opens", { min: { hour: 6, minute: 0 }, max: { hour: 18, minute: 0 } }),
        closes: io.input.time("Closes", { defaultValue: { hour: 0, minute: 0 } }),
      }),
    ),
});
