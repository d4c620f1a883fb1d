import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.select.multiple(label, { options, minSelections?, maxSelections?, … }) → options
 *
 * Several of them, in the order of the options.
 */
export default new Action({
  name: "Select several",
  description: "At least one and at most two of three.",
  handler: async () =>
    received(
      await io.select.multiple("Toppings", {
        options: ["Cheese", "Olives", { label: "Chilli", value: "chilli", description: "Hot" }],
        minSelections: 1,
        maxSelections: 2,
      }),
    ),
});
