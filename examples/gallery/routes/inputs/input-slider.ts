import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.slider(label, { min, max, step?, … }) → number
 *
 * A number on a track, by mouse, keys or digits.
 */
export default new Action({
  name: "Slider",
  description: "A number on a track, by mouse, keys or digits.",
  handler: async () => received(await io.input.slider("Volume", { min: 0, max: 11, step: 0.5, defaultValue: 4 })),
});
