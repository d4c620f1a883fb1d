import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.number(label, { min?, max?, decimals?, currency?, prepend?, … }) → number
 *
 * A number in the reader's own notation: whole unless `decimals` or a `currency` says otherwise.
 */
export default new Action({
  name: "Number",
  description: "Whole numbers, decimals, and money of three currencies.",
  handler: async () =>
    received(
      await io.group({
        count: io.input.number("Count", { min: 0, max: 100 }),
        ratio: io.input.number("Ratio", { decimals: 3, min: -1, max: 1 }),
        dollars: io.input.number("Dollars", { currency: "USD", min: 1 }),
        yen: io.input.number("Yen", { currency: "JPY" }),
        dinars: io.input.number("Dinars", { currency: "KWD" }),
        weight: io.input.number("Weight", { prepend: "kg" }).optional(),
      }),
    ),
});
