import { Action, io } from "@interval/sdk";
import { disc } from "../../lib/picture";

/**
 * io.display.image(label, { url | buffer, alt?, size? })
 *
 * A picture in one of four sizes.
 */
export default new Action({
  name: "Image",
  description: "By bytes, in four sizes.",
  handler: async () => {
    for (const size of ["thumbnail", "small", "medium", "large"] as const) {
      await io.display.image(`A ${size} picture`, {
        buffer: disc("#4f46e5", "A"),
        alt: "The letter A on a disc",
        size,
      });
    }
  },
});
