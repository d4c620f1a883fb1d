import { limits } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { type BytesRequest, type BytesResponse, LineError, type SendBytes } from "./send-bytes.ts";
import { UploadRefusedError, untilHeard, uploadInChunks, uploadWhole } from "./uploads.ts";

const chunk = limits.uploadChunkBytes;

/** A server that keeps what it is sent, over a line that may break. */
class FakeServer {
  bytes = 0;
  readonly asked: string[] = [];
  readonly size: number;
  /** What the line or the server does to a request instead. */
  faults: Array<(request: BytesRequest) => BytesResponse | "broken" | undefined> = [];

  constructor(size: number) {
    this.size = size;
  }

  readonly send: SendBytes = async (request) => {
    request.signal.throwIfAborted();
    this.asked.push(`${request.method} ${request.headers?.["upload-offset"] ?? ""}`.trim());
    const fault = this.faults.shift()?.(request);
    if (fault === "broken") throw new LineError("broken");
    if (fault) return fault;
    if (request.method === "HEAD") return this.answer(200);
    if (Number(request.headers?.["upload-offset"]) !== this.bytes) return this.answer(409);
    request.onProgress?.((request.body?.size ?? 0) / 2);
    this.bytes += request.body?.size ?? 0;
    return this.answer(204);
  };

  answer(status: number, text = ""): BytesResponse {
    const headers: Record<string, string> = {
      "upload-offset": String(this.bytes),
      "upload-complete": this.bytes === this.size ? "?1" : "?0",
    };
    return { status, text, header: (name) => headers[name] ?? null };
  }
}

const fileOf = (size: number) => ({ size, slice: (from: number, to: number) => ({ size: Math.min(to, size) - from }) });

async function upload(server: FakeServer, { offset = 0, signal = new AbortController().signal } = {}) {
  const progress: number[] = [];
  const pauses: number[] = [];
  // Of a file nothing but its size and its parts are used.
  const file = fileOf(server.size) as unknown as Blob;
  const pause = async (ms: number) => void pauses.push(ms);
  const onProgress = (sent: number) => progress.push(sent);
  await uploadInChunks(file, "/assets/a", offset, { send: server.send, onProgress, signal, pause });
  return { progress, pauses };
}

describe("an upload in chunks", () => {
  it("sends one after the other and says how far it is", async () => {
    const server = new FakeServer(2 * chunk + 10);
    const { progress } = await upload(server);
    expect(server.asked).toEqual(["PATCH 0", `PATCH ${chunk}`, `PATCH ${2 * chunk}`]);
    expect(progress).toEqual([chunk / 2, chunk, 1.5 * chunk, 2 * chunk, 2 * chunk + 5, 2 * chunk + 10]);
  });

  it("of nothing is one request", async () => {
    const server = new FakeServer(0);
    await upload(server);
    expect(server.asked).toEqual(["PATCH 0"]);
  });

  it("goes on where an earlier one stopped", async () => {
    const server = new FakeServer(chunk + 10);
    server.bytes = chunk;
    await upload(server, { offset: chunk });
    expect(server.asked).toEqual([`PATCH ${chunk}`]);
  });

  it("asks after a broken line how much has arrived, and sends only the rest", async () => {
    const server = new FakeServer(chunk);
    server.faults = [
      () => {
        server.bytes = 1000; // some came through
        return "broken";
      },
      () => "broken",
    ];
    const { pauses } = await upload(server);
    expect(server.asked).toEqual(["PATCH 0", "HEAD", "HEAD", "PATCH 1000"]);
    expect(pauses).toHaveLength(2);
  });

  it("takes it for done when all has arrived and the answer was lost", async () => {
    const server = new FakeServer(10);
    server.faults = [
      () => {
        server.bytes = 10;
        return "broken";
      },
    ];
    await upload(server);
    expect(server.asked).toEqual(["PATCH 0", "HEAD"]);
  });

  it("goes on from the right place when the server knows of another", async () => {
    const server = new FakeServer(100);
    server.bytes = 40;
    await upload(server);
    expect(server.asked).toEqual(["PATCH 0", "PATCH 40"]);
  });

  it("tries again while the server is not in order", async () => {
    const server = new FakeServer(10);
    server.faults = [() => server.answer(503), () => undefined, () => server.answer(500)];
    await upload(server);
    expect(server.asked).toEqual(["PATCH 0", "HEAD", "PATCH 0", "HEAD", "PATCH 0"]);
  });

  it("gives up when nothing gets through, and can be taken up again", async () => {
    const server = new FakeServer(10);
    server.faults = Array.from({ length: 25 }, () => () => "broken" as const);
    await expect(upload(server)).rejects.toThrow(LineError);
    expect(server.asked).toHaveLength(25);
    await upload(server);
    expect(server.bytes).toBe(10);
  });

  it("that gets a little further each time is not given up", async () => {
    const server = new FakeServer(30);
    server.faults = Array.from({ length: 40 }, (_, i) => () => {
      if (i % 2 === 1) return undefined; // how much has arrived is told
      server.bytes++;
      return "broken" as const;
    });
    await upload(server);
    expect(server.bytes).toBe(30);
  });

  it("is refused with the server's own words", async () => {
    for (const status of [403, 404, 413]) {
      const server = new FakeServer(10);
      server.faults = [() => server.answer(status, "Too much.\n")];
      const refused = upload(server);
      await expect(refused).rejects.toThrow(UploadRefusedError);
      await expect(refused).rejects.toThrow("Too much.");
      expect(server.asked).toHaveLength(1);
    }
  });

  it("ends at once when it is canceled", async () => {
    const server = new FakeServer(3 * chunk);
    const abort = new AbortController();
    server.faults = [
      () => undefined,
      () => {
        abort.abort(new Error("canceled"));
        return "broken";
      },
    ];
    await expect(upload(server, { signal: abort.signal })).rejects.toThrow("canceled");
    expect(server.asked).toHaveLength(2);
  });
});

describe("asking for something", () => {
  const signal = new AbortController().signal;
  const pause = async () => undefined;

  it("is done again while nobody answers", async () => {
    let asked = 0;
    const work = async () => {
      if (++asked < 3) throw new LineError("broken");
      return "done";
    };
    expect(await untilHeard(work, signal, pause)).toBe("done");
    expect(asked).toBe(3);
  });

  it("is given up after a while, and at once for a reason", async () => {
    let asked = 0;
    const fail = (error: Error) => async () => {
      asked++;
      throw error;
    };
    await expect(untilHeard(fail(new LineError("broken")), signal, pause)).rejects.toThrow("broken");
    expect(asked).toBe(25);
    await expect(untilHeard(fail(new Error("no")), signal, pause)).rejects.toThrow("no");
    expect(asked).toBe(26);
  });
});

describe("an upload to other storage", () => {
  const put = (status: number, text = "") =>
    uploadWhole(new Blob(["abc"], { type: "text/plain" }), "https://bucket.example.com/a", {
      send: async (request) => {
        expect(request).toMatchObject({ method: "PUT", headers: { "content-type": "text/plain" }, body: { size: 3 } });
        return { status, text, header: () => null };
      },
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });

  it("is one PUT", async () => {
    await put(200);
    await put(204);
  });

  it("is refused with the storage's words, or its status", async () => {
    await expect(put(403)).rejects.toThrow("The storage answered 403.");
    await expect(put(502, "The storage of this program answered 403.\n")).rejects.toThrow(
      "of this program answered 403.",
    );
  });
});
