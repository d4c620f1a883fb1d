import { Agent } from "node:http";
import { type ClientHttp2Session, connect } from "node:http2";
import type { Judge } from "./judge.ts";
import { Messages } from "./messages.ts";
import { OpenCalls } from "./open-calls.ts";
import { Pool } from "./pool.ts";
import { Random } from "./random.ts";
import { overHttp1, overHttp2, type Reply, type Sent } from "./wire.ts";
import type { Caller, World } from "./world.ts";

/** What the attackers of one seed share. */
export class Scene {
  readonly world: World;
  readonly judge: Judge;
  readonly random: Random;
  readonly pool = new Pool();
  readonly openCalls = new OpenCalls();
  readonly messages: Messages;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });
  #session: ClientHttp2Session | undefined;

  constructor(world: World, judge: Judge, seed: string) {
    this.world = world;
    this.judge = judge;
    this.random = new Random(seed);
    this.messages = new Messages(this.random, this.pool);
    for (const [field, ids] of Object.entries(world.foreign)) this.pool.add(field, ...ids);
    this.pool.add("organization", "main", "other");
    this.pool.add("environment", "production", "development", "staging");
  }

  get url(): string {
    return this.world.server.url;
  }

  /** Mostly those who may do something. */
  caller(): Caller {
    return this.random.chance(0.85)
      ? this.random.of(this.world.callers.slice(0, 3))
      : this.random.of(this.world.callers);
  }

  /** Sends a request by either version of HTTP, and has the reply looked at. */
  async send(what: string, sent: Sent): Promise<Reply> {
    const from = Date.now();
    const reply = await (this.random.chance(0.5)
      ? overHttp1(this.url, this.#agent, sent)
      : overHttp2(this.session(), sent));
    this.judge.reply(what, from, reply);
    return reply;
  }

  /** The shared connection over HTTP/2; another one where the server has closed it. */
  session(): ClientHttp2Session {
    if (!this.#session || this.#session.closed || this.#session.destroyed) this.#session = this.newSession();
    return this.#session;
  }

  /** A connection over HTTP/2. */
  newSession(): ClientHttp2Session {
    const session = connect(this.url);
    session.on("error", () => {}); // what it was for is answered with nothing
    return session;
  }

  close(): void {
    this.#agent.destroy();
    this.#session?.destroy();
  }
}
