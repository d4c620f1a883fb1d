// Who does which run: hands them out to client processes, and out again when a client was killed or has vanished.

/** How many runs one client process operates at a time. */
const atOnce = 40;

/** How likely it is that a host dies at a place of a handler. */
const deadly = 0.0003;

/** The numbers of all runs, until each is over. */
export class Desk {
  over = new Set();
  #tasks;
  #next = [];
  #doing = new Map();
  #onStep;
  #onDone;
  #isLast = false;
  done = new Promise((resolve) => {
    this.#onDone = resolve;
  });

  constructor(seed, runs, onStep) {
    this.#onStep = onStep;
    this.#tasks = Array.from({ length: runs }, (_, i) => ({ seed, number: i + 1, attempt: 0, deadly }));
    this.#next = [...this.#tasks];
  }

  /** Numbers of runs that nobody has brought to an end. */
  get open() {
    return this.#tasks.map(({ number }) => number).filter((number) => !this.over.has(number));
  }

  /** From now on clients want nothing but the end of what was begun. */
  finish() {
    this.#isLast = true;
  }

  up(client) {
    this.down(client); // its earlier process has none of its runs any more
    this.#doing.set(client, new Map());
    this.#handOut();
  }

  down(client) {
    const left = [...(this.#doing.get(client)?.values() ?? [])];
    this.#doing.delete(client); // before anything is handed out: it would get its own runs back
    for (const task of left) this.#again(task);
  }

  said(message, client) {
    if (message.tick) this.#onStep();
    if (message.number === undefined) return;
    const doing = this.#doing.get(client);
    const task = doing?.get(message.number);
    if (!task) return;
    doing.delete(message.number);
    if (message.how === "over") {
      this.over.add(task.number);
      if (this.over.size === this.#tasks.length) this.#onDone();
    } else {
      // Somebody else finds it, some time later.
      setTimeout(() => this.#again(task), 1000);
    }
    this.#handOut();
  }

  #again(task) {
    this.#next.unshift({ ...task, attempt: task.attempt + 1 });
    this.#handOut();
  }

  #handOut() {
    for (const [client, doing] of this.#doing) {
      while (doing.size < atOnce && this.#next.length > 0) {
        const task = this.#next.shift();
        doing.set(task.number, task);
        client.send({ task: { ...task, isLast: this.#isLast || task.attempt > 5 } });
      }
    }
  }
}
