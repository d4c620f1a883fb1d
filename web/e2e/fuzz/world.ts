import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OperatorClient } from "../harness/operator-client.ts";
import { root } from "../harness/paths.ts";
import { TestProcess } from "../harness/process.ts";
import { createPackage, tsx } from "../harness/program.ts";
import { TestServer } from "../harness/server.ts";
import { type Reading, readGauge } from "./gauge.ts";

/** Somebody who sends requests. */
export interface Caller {
  name: string;
  headers: Record<string, string>;
}

/** Short enough that what a caller has left behind is cleared up while others go on. */
const timing = ["hostGraceMs=2000", "takeOverMs=500", "abandonedRunMs=2000", "cancelCleanUpMs=1000", "cleanUpMs=5000"];

/** What belongs to others: their texts may never reach a caller of the fuzzer. */
export const secrets = { organization: "hidden-by-organization-5d1c", person: "hidden-by-person-8e7f" } as const;

/**
 * A real server with real hosts. The callers belong to the organization "main", as a member and by keys. A second organization, and the
 * development environment of a person, hold what none of them may see.
 */
export class World implements AsyncDisposable {
  readonly server: TestServer;
  readonly callers: Caller[];
  /** Another member, who works while others do their worst. */
  readonly colleague: Caller;
  /** The key by which the fuzzer's own hosts attach. */
  readonly hostKey: string;
  /** Ids of others, by the field that they fit. */
  readonly foreign: Record<string, string[]>;
  readonly #gauge: string;
  readonly #hosts: TestProcess[];
  readonly #honest: OperatorClient[];
  readonly #started: AsyncDisposableStack;

  private constructor(parts: {
    server: TestServer;
    callers: Caller[];
    colleague: Caller;
    hostKey: string;
    foreign: Record<string, string[]>;
    gauge: string;
    hosts: TestProcess[];
    honest: OperatorClient[];
    started: AsyncDisposableStack;
  }) {
    this.server = parts.server;
    this.callers = parts.callers;
    this.colleague = parts.colleague;
    this.hostKey = parts.hostKey;
    this.foreign = parts.foreign;
    this.#gauge = parts.gauge;
    this.#hosts = parts.hosts;
    this.#honest = parts.honest;
    this.#started = parts.started;
  }

  static async open(): Promise<World> {
    await using started = new AsyncDisposableStack();
    const gauge = join(await mkdtemp(join(tmpdir(), "interval-gauge-")), "socket");
    const server = started.use(
      await TestServer.start({
        NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "gauge.mjs"))}`,
        FUZZ_GAUGE: gauge,
        INTERVAL_TIMING: timing.join(","),
        INTERVAL_LOG: "error",
      }),
    );
    await createOrganization(server.dataDir);
    const hosts: TestProcess[] = [];
    const attach = async (key: string, cwd: string, args: string[]) => {
      const env = { ...process.env, INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: key };
      const host = started.use(new TestProcess(process.execPath, args, { cwd, env }));
      hosts.push(host);
      await host.printed(/https?:\/\/\S+/);
    };
    const hello = async (name: string) =>
      createPackage("fuzz-hello", { "index.mjs": helloProgram.replaceAll("NAME", name) });
    const hostKey = await server.createKey("production");
    const otherKey = await server.createKey("production", "--organization", "other");
    const privateKey = await server.developmentKey();
    const programKey = await server.programKey("production");
    const foreignKeys = [await server.programKey("production", "--organization", "other"), await server.programKey()];
    await attach(hostKey, join(root, "examples/gallery"), [tsx, "index.ts"]);
    await attach(otherKey, await hello(secrets.organization), ["index.mjs"]);
    await attach(privateKey, await hello(secrets.person), ["index.mjs"]);

    const person = async (name: string, role: string): Promise<Caller> => {
      const cookie = await signIn(server, await server.createUser(`${name}@example.com`, role));
      return { name, headers: { cookie, origin: server.url } };
    };
    const callers: Caller[] = [
      await person("member", "member"),
      await person("developer", "developer"),
      { name: "key of the environment", headers: bearer(programKey) },
      { name: "nobody", headers: {} },
      { name: "unknown key", headers: bearer(`live_${randomUUID()}${randomUUID()}`) },
    ];
    const honest = foreignKeys.map((key) => new OperatorClient(server.url, key));
    const runIds = await Promise.all(honest.map(async (client) => (await client.start("hello")).run?.id ?? ""));
    const foreign = { runId: runIds, organization: ["other"], environment: ["development", "production"] };
    const colleague = await person("colleague", "member");
    return new World({ server, callers, colleague, hostKey, foreign, gauge, hosts, honest, started: started.move() });
  }

  /** What the server says of its event loop and memory. */
  reading(options?: { collect?: boolean }): Promise<Reading> {
    return readGauge(this.#gauge, options);
  }

  /** Lets an honest person of each other tenant run an action from its start to its end; says what went wrong. */
  async probe(): Promise<string | undefined> {
    for (const client of this.#honest) {
      try {
        const state = await client.start("hello");
        const name = { kind: { case: "inputText" as const, value: { text: "Ada" } } };
        const key = state.calls[0]?.call?.components[0]?.key ?? "";
        const done = await client.answer(state, { values: { [key]: name } });
        if (done.finished?.outcome.case !== "success") return `a run ended as ${done.finished?.outcome.case}`;
      } catch (error) {
        return String(error);
      }
    }
    return undefined;
  }

  /** What has ended that should not have. */
  async deaths(): Promise<string[]> {
    const ended = this.#hosts.filter(({ child }) => child.exitCode !== null || child.signalCode !== null);
    const alive = await this.reading().catch(() => undefined);
    return [
      ...(alive ? [] : [`the server: ${this.server.output.slice(-1000)}`]),
      ...ended.map(({ output }) => `a host: ${output.slice(-500)}`),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }
}

const helloProgram = `
import { Interval, io } from "@interval/sdk";
const hello = { name: "NAME", description: "NAME", handler: async (_io, ctx) => {
  await ctx.log("NAME");
  const name = await io.input.text("NAME");
  return "NAME " + name;
} };
await new Interval({ routes: { hello, "NAME": hello } }).listen();
`;

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** Makes the second organization, which no command makes yet. */
async function createOrganization(dataDir: string): Promise<void> {
  const { openSqliteStore } = await import(join(root, "server/dist/store/sqlite/open.js"));
  const store = await openSqliteStore(dataDir, { shared: true });
  await store.people.createOrganization({ slug: "other", name: secrets.organization });
  await store.close();
}

/** Uses a sign-in link, and returns the cookie. */
async function signIn(server: TestServer, link: string): Promise<string> {
  const token = new URL(link).hash.replace("#token=", "");
  const response = await fetch(`${server.url}/api/auth/sign-in/link`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw new Error(`Signing in was answered with ${response.status}: ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}
