import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.confirm(label, { helpText? }) → boolean
 *
 * A yes or no that stands alone.
 */
export default new Action({
  name: "Confirm",
  description: "A yes or no.",
  handler: async () => received(await io.confirm("Launch the rocket?", { helpText: "It **cannot** be called back." })),
});
