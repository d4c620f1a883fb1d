// The processes that take part: each is started, killed, frozen, and started again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** How long a process may take to say that it is there, in milliseconds. */
const startMs = 60_000;

/** One that is started again whenever it has ended, until it is stopped. */
export class Restarted {
  #spec;
  #child;
  #thawed;
  #isStopped = false;
  #loop;

  /**
   * @param spec `start()` gives args and env, `errors` is the file for what it complains of; `onMessage`, `onUp`, `onDown` are told what happens; `restartMs()` says how long to wait before
   * it is started again
   */
  constructor(spec) {
    this.#spec = { onMessage: () => {}, onUp: () => {}, onDown: () => {}, restartMs: () => 0, ...spec };
  }

  /** Resolves when it is there for the first time. */
  start() {
    return new Promise((resolve, reject) => {
      this.#loop = this.#run(resolve).catch(reject);
    });
  }

  get pid() {
    return this.#child?.pid;
  }

  get isUp() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  send(message) {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** @returns whether there was something to kill */
  kill() {
    return this.isUp && this.#child.kill("SIGKILL");
  }

  /** Stops it for a while where it stands. */
  freeze(ms) {
    if (!this.isUp || this.#thawed) return false;
    const child = this.#child;
    child.kill("SIGSTOP");
    const thaw = () => {
      this.#thawed = undefined;
      clearTimeout(timer);
      child.kill("SIGCONT");
    };
    const timer = setTimeout(thaw, ms);
    this.#thawed = thaw;
    return true;
  }

  thaw() {
    this.#thawed?.();
  }

  /** Ends it for good: gently if it goes. */
  async stop(graceMs = 5000) {
    this.#isStopped = true;
    this.thaw();
    if (this.isUp) {
      const child = this.#child;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await once(child, "exit");
      clearTimeout(timer);
    }
    await this.#loop;
  }

  async #run(onFirst) {
    while (!this.#isStopped) {
      const { args, env } = this.#spec.start();
      const stdio = ["ignore", "ignore", this.#spec.errors, "ipc"];
      const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio });
      this.#child = child;
      const exit = new Promise((resolve) => child.once("exit", resolve));
      // One that does not come is as good as one that has ended.
      const late = setTimeout(() => child.kill("SIGKILL"), startMs);
      child.on("message", (message) => {
        // What a process said before it was killed may be heard after it: nobody is there any more.
        if (child.exitCode !== null || child.signalCode !== null) return;
        if (message.ready || message.url) {
          clearTimeout(late);
          this.#spec.onUp(message, this);
          onFirst();
        }
        this.#spec.onMessage(message, this);
      });
      await exit;
      clearTimeout(late);
      this.#thawed = undefined;
      this.#spec.onDown(child.pid, this);
      if (this.#isStopped) return;
      await pause(this.#spec.restartMs());
    }
  }
}
