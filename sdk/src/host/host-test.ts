// What tests of hosts share: a fake server for each test, hosts attached to it, and answers.
import { fromValue, type RunFinished } from "@interval/proto";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { IntervalConfig } from "../config.ts";
import { Action, Interval, io } from "../index.ts";
import type { FakeHost } from "./fake-host.ts";
import { FakeServer } from "./fake-server.ts";

/** A fake server of its own for each test, and the hosts that were made for it. */
export class HostTest {
  #server: FakeServer | undefined;
  readonly hosts: Interval[] = [];

  constructor() {
    beforeEach(async () => {
      this.#server = await FakeServer.start();
    });
    afterEach(async () => {
      for (const interval of this.hosts.splice(0)) await interval.immediatelyClose();
      await this.server.stop();
      vi.restoreAllMocks();
    });
  }

  get server(): FakeServer {
    if (!this.#server) throw new Error("There is a server within tests alone.");
    return this.#server;
  }

  set server(server: FakeServer) {
    this.#server = server;
  }

  /** A host of the server, which is not listening yet. */
  host(config: IntervalConfig): Interval {
    const interval = new Interval({ endpoint: this.server.url, apiKey: "dev_key", logLevel: "quiet", ...config });
    this.hosts.push(interval);
    return interval;
  }

  /** A host that is attached, as the server sees it. */
  async attached(routes: IntervalConfig["routes"]): Promise<FakeHost> {
    await this.host({ routes }).listen();
    return this.server.nextHost();
  }
}

/** An answer to a text field that is alone in its call. */
export function text(callKey: string, value: string, revision = 0) {
  const answer = { values: { [callKey]: { kind: { case: "inputText", value: { text: value } } } } } as const;
  return { case: "answer", value: { callKey, revision, answer } } as const;
}

/** What a run returned. */
export function resultOf(finished: RunFinished): unknown {
  expect(finished.outcome.case).toBe("success");
  return finished.outcome.case === "success" ? fromValue(finished.outcome.value.result) : undefined;
}

export const hello = new Action(async () => {
  const name = await io.input.text("Your name");
  return `Hello, ${name}`;
});
