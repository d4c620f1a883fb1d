import { join } from "node:path";
import { RunStatus } from "@interval/proto";
import { expect } from "vitest";
import { OperatorClient, openCall } from "../harness/operator-client.ts";
import { root } from "../harness/paths.ts";
import type { TestProcess } from "../harness/process.ts";
import { attached, startHost } from "../harness/program.ts";
import { TestServer } from "../harness/server.ts";
import { Attacker, Target, type Values } from "./attacker.ts";

/** A real server with a real host that asks for anything, and who attacks them. */
export class Scene implements AsyncDisposable {
  readonly server: TestServer;
  readonly host: TestProcess;
  readonly client: OperatorClient;
  readonly attacker: Attacker;

  private constructor(server: TestServer, host: TestProcess, key: string) {
    this.server = server;
    this.host = host;
    this.client = new OperatorClient(server.url, key);
    this.attacker = new Attacker(server.url, key);
  }

  static async start(): Promise<Scene> {
    const server = await TestServer.start();
    const key = await server.developmentKey();
    return new Scene(server, await startAsker(server, key), key);
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
    expect(this.host.output.match(new RegExp(attached, "g"))).toHaveLength(1);
    expect(this.server.output).not.toMatch(/"level":50|an RPC failed/);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Starts the host that asks for anything. */
export function startAsker({ url }: TestServer, key: string): Promise<TestProcess> {
  const env = { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: key, TZ: "UTC" };
  return startHost(root, [join(root, "web/e2e/hostile/asker.mjs")], env);
}

/** The key of the first component of the open call. */
export function only({ state }: Target): string {
  return openCall(state).call?.components[0]?.key ?? "";
}

export const text = (value: string): Values => ({ name: { kind: { case: "inputText", value: { text: value } } } });
