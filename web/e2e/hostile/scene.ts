import { join } from "node:path";
import { RunStatus } from "@interval/proto";
import { expect } from "vitest";
import { type OperatorClient, openCall } from "../harness/operator-client.ts";
import { root } from "../harness/paths.ts";
import type { TestProcess } from "../harness/process.ts";
import { attached } from "../harness/program.ts";
import type { TestServer } from "../harness/server.ts";
import { Stage } from "../harness/stage.ts";
import { Attacker, Target, type Values } from "./attacker.ts";

/** A real server with a real host that asks for anything, and who attacks them. */
export class Scene implements AsyncDisposable {
  readonly server: TestServer;
  readonly client: OperatorClient;
  readonly attacker: Attacker;
  readonly #stage: Stage;
  readonly #host: TestProcess;

  private constructor(stage: Stage, host: TestProcess) {
    this.server = stage.server;
    this.client = stage.client;
    this.attacker = new Attacker(stage.server.url, stage.programKey);
    this.#stage = stage;
    this.#host = host;
  }

  static async start(): Promise<Scene> {
    const stage = await Stage.open();
    return new Scene(stage, await stage.host(root, asker, zone));
  }

  /** Attaches the host with another key too. */
  async attach(key: string): Promise<void> {
    await this.#stage.host(root, asker, { ...zone, INTERVAL_API_KEY: key });
  }

  async run(action: string): Promise<Target> {
    return new Target(await this.client.start(action));
  }

  /** Answers rightly, and expects that the program has received this and seen nothing else. */
  async receives(target: Target, values: Values, value: unknown, choice?: string, by = this.client): Promise<void> {
    const done = await by.answer(target.state, { values, choice });
    expect(done.run?.status).toBe(RunStatus.SUCCEEDED);
    const outcome = done.finished?.outcome;
    const result = outcome?.case === "success" ? outcome.value.result?.kind : undefined;
    expect(result?.case === "stringValue" && JSON.parse(result.value)).toEqual({ value, seen: [value] });
  }

  /** Expects that neither the host's connection nor the server has suffered. */
  isUnharmed(): void {
    expect(this.#host.output.match(new RegExp(attached, "g"))).toHaveLength(1);
    expect(this.server.output).not.toMatch(/"level":50|an RPC failed/);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stage[Symbol.asyncDispose]();
  }
}

/** The host that asks for anything, whose clock is not the machine's. */
const asker = [join(root, "web/e2e/hostile/asker.mjs")];
const zone = { TZ: "UTC" };

/** The key of the first component of the open call. */
export function only({ state }: Target): string {
  return openCall(state).call?.components[0]?.key ?? "";
}

export const text = (value: string): Values => ({ name: { kind: { case: "inputText", value: { text: value } } } });
