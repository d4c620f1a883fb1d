// What measurements ask of a server, as a program does over HTTP, and how they ask it for many runs.
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";

/** One server, asked with a key. */
export class Requests {
  url;
  #key;

  constructor(url, key) {
    this.url = url;
    this.#key = key;
  }

  /** Makes one request. @throws with what it was answered */
  async call(method, body) {
    const headers = { authorization: `Bearer ${this.#key}`, "content-type": "application/json" };
    const response = await fetch(`${this.url}/interval.operator.v1.${method}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
    return response.json();
  }

  /** Starts runs of an action that ask "First" and then "Second", and answers the first question of each. @returns their ids */
  openRuns(action, count) {
    return each(Array.from({ length: count }), async () => {
      const { state } = await this.call("RunService/StartRun", { action, requestId: randomUUID(), wait: "60s" });
      await this.call("RunService/AnswerCall", answer(state.run.id, "First"));
      return state.run.id;
    });
  }

  /** Answers the second question of runs. @returns when each of them had ended, in milliseconds */
  finishRuns(runs) {
    const began = performance.now();
    return each(runs, async (runId) => {
      await until(() => this.call("RunService/AnswerCall", answer(runId, "Second")));
      const { state } = await this.call("RunService/GetRun", { runId, wait: "60s" });
      if (state.run.status !== "RUN_STATUS_SUCCEEDED") throw new Error(`${runId} ended as ${state.run.status}`);
      return performance.now() - began;
    });
  }
}

function answer(runId, label) {
  const callKey = `inputText:${label}`;
  const values = { [callKey]: { inputText: { text: label } } };
  return { runId, callKey, answer: { values }, requestId: randomUUID(), wait: "60s" };
}

/** Does something for many, a few dozen at a time. */
export async function each(items, work, width = 50) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** Repeats a request while there is nobody, as a careful client does. */
async function until(work) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A port that is free now, for a server that comes back to it. */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
