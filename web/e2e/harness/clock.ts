import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { newDirectory } from "./paths.ts";

const day = 24 * 60 * 60 * 1000;

/** The clock of the processes that are started with its `env`. It may be moved while they run. */
export class Clock {
  readonly env: Readonly<Record<"CLOCK_FILE" | "NODE_OPTIONS", string>>;

  private constructor(file: string) {
    const module = pathToFileURL(fileURLToPath(new URL("./moved-clock.mjs", import.meta.url)));
    this.env = { CLOCK_FILE: file, NODE_OPTIONS: `--import=${module}` };
  }

  static async start(): Promise<Clock> {
    const clock = new Clock(join(await newDirectory("clock"), "ahead"));
    await clock.setAhead(0);
    return clock;
  }

  /** Sets how many days it is ahead of the system's. */
  async setAhead(days: number): Promise<void> {
    const draft = `${this.env.CLOCK_FILE}.draft`;
    await writeFile(draft, String(days * day));
    await rename(draft, this.env.CLOCK_FILE); // at once: nobody reads half of it
  }
}
