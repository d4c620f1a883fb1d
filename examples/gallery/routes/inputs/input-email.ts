import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.email(label, { placeholder?, … }) → string
 *
 * An e-mail address.
 */
export default new Action({
  name: "E-mail",
  description: "An address, and one that may stay empty.",
  handler: async () =>
    received(
      await io.group({
        email: io.input.email("E-mail", { placeholder: "ada@example.com" }),
        copy: io.input.email("Copy to").optional(),
      }),
    ),
});
