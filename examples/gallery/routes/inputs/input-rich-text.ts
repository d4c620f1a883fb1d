import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.richText(label, { placeholder?, … }) → string
 *
 * Formatted text as clean HTML, without styles, classes or scripts.
 */
export default new Action({
  name: "Rich text",
  description: "Formatted text, as clean HTML.",
  handler: async () =>
    received(
      await io.input.richText("Message", { placeholder: "Dear customer", helpText: "It is sent as it stands." }),
    ),
});
