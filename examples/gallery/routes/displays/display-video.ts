import { readFileSync } from "node:fs";
import path from "node:path";
import { Action, io } from "@interval/sdk";

const film = readFileSync(path.resolve(__dirname, "../../media/ball.webm"));

/**
 * io.display.video(label, { url | buffer, size?, loop?, muted? })
 *
 * A video; a silent loop plays by itself.
 */
export default new Action({
  name: "Video",
  description: "By bytes or by address.",
  handler: async () => {
    await io.display.video("A ball", { buffer: film, size: "medium", loop: true, muted: true });
  },
});
