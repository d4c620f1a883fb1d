// What goes wrong, and when: after so many steps of the clients, as the seed says.
import { Random } from "./seeded.js";

/** How many steps of clients there are between two faults, on average. A host pauses longer after each loss: one that is hit all the time is never there. */
const stepsBetween = { line: 4, process: 60 };

const lineFaults = { delay: 30, stall: 12, reset: 22, close: 12, cut: 24 };
const processFaults = {
  killHost: 16,
  freezeHost: 18,
  leaveHost: 6,
  killServer: 5,
  freezeServer: 12,
  killClient: 12,
  freezeClient: 10,
};

/** Injects faults until it is told to stop, and counts them by kind. */
export class Injector {
  counts = {};
  #random;
  #world;
  #left = {};
  #isOver = false;

  constructor(seed, world) {
    this.#random = new Random(seed, "faults");
    this.#world = world;
    for (const what of Object.keys(stepsBetween)) this.#plan(what);
  }

  /** A client has got on by a step. */
  step() {
    if (this.#isOver) return;
    for (const what of Object.keys(stepsBetween)) {
      if (--this.#left[what] > 0) continue;
      this.#plan(what);
      this.#inject(what);
    }
  }

  stop() {
    this.#isOver = true;
  }

  #plan(what) {
    this.#left[what] = this.#random.between(1, 2 * stepsBetween[what] - 1);
  }

  #inject(what) {
    const random = this.#random;
    const { hosts, server, clients, lines } = this.#world;
    const one = (list) => list[random.between(0, list.length - 1)];
    if (what === "line") {
      const kind = random.pick(lineFaults);
      const { hosts: http2, http1Hosts: http1, clients: ofClients } = lines;
      const ofHosts = random.chance(0.5) ? [http2, http1] : [http1, http2];
      const [to, candidates] = random.chance(0.12) ? ["Host", ofHosts] : ["Client", [ofClients]];
      this.#count(
        `${kind}${to}Line`,
        candidates.some((line) => line.hurt(kind, random)),
      );
      return;
    }
    const kind = random.pick(processFaults);
    // Most of them short, some for longer than anybody takes for alive.
    const freeze = (each) => each.freeze(random.chance(0.25) ? random.between(1500, 6000) : random.between(50, 800));
    const perform = {
      killHost: () => one(hosts).kill(),
      freezeHost: () => freeze(one(hosts)),
      leaveHost: () => this.#world.leave(one(hosts)),
      killServer: () => server.kill(),
      freezeServer: () => freeze(server),
      killClient: () => one(clients).kill(),
      freezeClient: () => freeze(one(clients)),
    };
    this.#count(kind, perform[kind]());
  }

  #count(kind, isDone) {
    if (isDone) this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}
