import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.text(label, { multiline?, lines?, minLength?, maxLength?, placeholder?, … }) → string
 *
 * A line of text, or several. White space is kept as typed; a required text has a character that is none.
 */
export default new Action({
  name: "Text",
  description: "A line, several lines, and one that may stay empty.",
  handler: async () =>
    received(
      await io.group({
        name: io.input.text("Name", {
          placeholder: "Ada Lovelace",
          helpText: "As it stands in the *passport*.",
          minLength: 3,
          maxLength: 20,
        }),
        story: io.input.text("Story", { multiline: true, lines: 4, defaultValue: "Once upon a time" }),
        nickname: io.input.text("Nickname").optional(),
      }),
    ),
});
