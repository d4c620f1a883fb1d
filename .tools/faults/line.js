// A line between everybody and the server, which delays, stalls, resets, and closes in the middle of a frame.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** One TCP proxy. What comes while the server is away is refused, as by a machine where nothing listens. */
export class Line {
  #links = new Set();
  #server = createServer((client) => this.#accept(client));
  /** The server's port; it changes with each start. */
  target = 0;
  #isHttp1;

  /** @param http1 makes it a line that lets HTTP/1.1 alone through */
  constructor({ http1 = false } = {}) {
    this.#isHttp1 = http1;
  }

  async open() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    for (const link of this.#links) link.end();
  }

  /**
   * Does something to one of the connections that stand.
   * @returns whether there was one
   */
  hurt(kind, random) {
    const links = [...this.#links].filter((link) => link.isWhole);
    if (links.length === 0) return false;
    links[random.between(0, links.length - 1)].hurt(kind, random);
    return true;
  }

  #accept(client) {
    if (!this.target) return client.resetAndDestroy();
    if (!this.#isHttp1) return this.#link(client);
    client.on("error", () => client.destroy());
    client.once("data", (head) => {
      if (head.toString().startsWith("PRI")) return client.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
      client.pause();
      client.unshift(head);
      this.#link(client);
      client.resume();
    });
  }

  #link(client) {
    if (!this.target) return client.resetAndDestroy();
    const link = new Connection(client, connect({ port: this.target, host: "127.0.0.1", noDelay: true }));
    this.#links.add(link);
    link.ended = () => this.#links.delete(link);
  }
}

/** One connection through the proxy. */
class Connection {
  #ends;
  #delayMs = 0;
  #cutIn = Number.POSITIVE_INFINITY;
  isWhole = true;
  ended = () => {};

  constructor(client, server) {
    this.#ends = [client, server];
    client.setNoDelay(true);
    this.#pump(client, server);
    this.#pump(server, client);
  }

  /** Does what the fault is called. */
  hurt(kind, random) {
    const faults = {
      delay: () => this.#delayFor(random.between(5, 300), random.between(200, 2000)),
      // Once in a while for longer than anybody takes for alive.
      stall: () => this.#stallFor(random.chance(0.2) ? random.between(2500, 7000) : random.between(100, 1500)),
      reset: () => this.end((socket) => socket.resetAndDestroy()),
      close: () => this.end((socket) => socket.end()),
      // So many bytes more get through, most likely not to the end of a frame.
      cut: () => {
        this.isWhole = false;
        this.#cutIn = random.between(1, 200);
      },
    };
    faults[kind]();
  }

  end(by = (socket) => socket.destroy()) {
    this.isWhole = false;
    for (const socket of this.#ends) {
      by(socket);
      socket.resume();
      setTimeout(() => socket.destroy(), 1000).unref();
    }
    this.ended();
  }

  #delayFor(delayMs, spanMs) {
    this.#delayMs = delayMs;
    setTimeout(() => {
      this.#delayMs = 0;
    }, spanMs).unref();
  }

  #stallFor(ms) {
    this.isWhole = false;
    for (const socket of this.#ends) socket.pause();
    setTimeout(() => {
      this.isWhole = true;
      for (const socket of this.#ends) socket.resume();
    }, ms).unref();
  }

  #pump(from, to) {
    let isDone = Promise.resolve();
    from.on("data", (chunk) => {
      const cut = chunk.length >= this.#cutIn;
      const part = cut ? chunk.subarray(0, this.#cutIn) : chunk;
      this.#cutIn -= part.length;
      const write = () => {
        if (to.writable && !to.write(part)) {
          from.pause();
          to.once("drain", () => this.isWhole && from.resume());
        }
        if (cut) setImmediate(() => this.end());
      };
      // Each waits for the one before: bytes keep their order, whatever the delay is by then.
      if (this.#delayMs > 0 || from.isDelayed) {
        from.isDelayed = true;
        const wait = this.#delayMs;
        isDone = isDone.then(() => new Promise((done) => setTimeout(done, wait))).then(write);
        const mine = isDone;
        void isDone.then(() => {
          if (isDone === mine) from.isDelayed = false;
        });
      } else write();
    });
    from.on("error", () => this.end());
    from.on("close", () => this.end());
    from.on("end", () => !from.isDelayed && to.end());
  }
}
