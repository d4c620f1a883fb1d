import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.boolean(label, { defaultValue?, … }) → boolean
 *
 * A box to tick. It is never missing: untouched it is `false`.
 */
export default new Action({
  name: "Box to tick",
  description: "Yes or no, never missing.",
  handler: async () =>
    received(
      await io.group({
        agree: io.input
          .boolean("I agree", { helpText: "To the [terms](https://example.com)." })
          .validate((agree) => (agree ? undefined : "Please agree.")),
        news: io.input.boolean("Send me news", { defaultValue: true }),
      }),
    ),
});
