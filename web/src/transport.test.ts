import { limits } from "@interval/proto";
import { afterEach, expect, it, vi } from "vitest";
import { createApi, createServerTransport, createWatchService } from "./transport.ts";

afterEach(() => vi.unstubAllGlobals());

it("gives every request a deadline, but not the stream, whose silence ends it", async () => {
  const deadlines = new Map<string, string | null>();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    deadlines.set(new URL(url).pathname, new Headers(init.headers).get("connect-timeout-ms"));
    throw new TypeError("The line is down.");
  });
  const transport = createServerTransport();
  const watch = createWatchService(transport).watch({}, { timeoutMs: 0 })[Symbol.asyncIterator]();
  await expect(createApi(transport).runs.answerCall({})).rejects.toThrow("The line is down.");
  await expect(watch.next()).rejects.toThrow("The line is down.");
  expect([...deadlines]).toEqual(
    expect.arrayContaining([
      ["/interval.operator.v1.RunService/AnswerCall", String(limits.requestMs)],
      ["/interval.operator.v1.WatchService/Watch", null],
    ]),
  );
});

it("says in the reader's words that no server was reached, whatever the browser or a proxy calls it", async () => {
  const { runs } = createApi(createServerTransport({ unreachable: () => "Nobody is there." }));
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(runs.getRun({})).rejects.toMatchObject({ rawMessage: "Nobody is there." });
  vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(runs.getRun({})).rejects.toMatchObject({ rawMessage: "Nobody is there." });
  const gone = Response.json({ code: "not_found", message: "There is no such run." }, { status: 404 });
  vi.stubGlobal("fetch", async () => gone);
  await expect(runs.getRun({})).rejects.toMatchObject({ rawMessage: "There is no such run." });
});
