import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import { limits, Role } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assetAccess } from "../domain/access/access.ts";
import { AssetServer, callKey, fileComponent, instanceId, type Someone } from "../testing/asset-server.ts";

let server: AssetServer;
let ada: Someone;
let admin: Someone;
let key: Someone;
const bytes = randomBytes(300_000);

beforeAll(async () => {
  server = await AssetServer.start();
  [ada, admin, key] = await Promise.all([
    server.person("ada"),
    server.person("admin-2", Role.ADMIN),
    server.key("production"),
  ]);
});
afterAll(() => server.close());

const sha = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => ConnectError.from(error).code,
  );
const patch = (id: string, offset: number, body: Uint8Array<ArrayBuffer>, by: Someone = ada) =>
  server.asset(by, id, { method: "PATCH", body, headers: { "upload-offset": String(offset) } });
const progress = ({ status, headers }: Response) => ({
  status,
  offset: headers.get("upload-offset"),
  complete: headers.get("upload-complete"),
});
const display = { purpose: { case: "display" as const, value: { hostInstanceId: instanceId } } };

describe("an upload", () => {
  test("goes on chunk by chunk, and is there once it is whole", async () => {
    const id = await server.begin(ada, await server.run(ada), bytes.length);
    expect(progress(await server.asset(ada, id, { method: "HEAD" }))).toMatchObject({ offset: "0", complete: "?0" });
    expect(progress(await patch(id, 0, bytes.subarray(0, 100_000)))).toEqual({
      status: 204,
      offset: "100000",
      complete: "?0",
    });
    expect((await server.asset(ada, id)).status).toBe(404);
    expect(progress(await patch(id, 100_000, bytes.subarray(100_000)))).toMatchObject({
      offset: "300000",
      complete: "?1",
    });
    const response = await server.asset(ada, id);
    expect(response.status).toBe(200);
    expect(sha(await response.bytes())).toBe(sha(bytes));
    expect(progress(await server.asset(ada, id, { method: "HEAD" }))).toMatchObject({ complete: "?1" });
  });

  test("a chunk for another place is told the right one, and changes nothing", async () => {
    const id = await server.begin(ada, await server.run(ada), 10);
    await patch(id, 0, bytes.subarray(0, 4));
    for (const offset of [0, 3, 5, 10]) {
      expect(progress(await patch(id, offset, bytes.subarray(offset, 10)))).toMatchObject({ status: 409, offset: "4" });
    }
    expect((await server.asset(ada, id, { method: "PATCH", body: bytes.subarray(4) })).status).toBe(400);
    expect(progress(await patch(id, 4, bytes.subarray(4, 10)))).toMatchObject({ status: 204, complete: "?1" });
    expect(await (await server.asset(ada, id)).bytes()).toEqual(new Uint8Array(bytes.subarray(0, 10)));
  });

  test("may come whole, also again, and again after a part of it", async () => {
    const id = await server.begin(ada, await server.run(ada), bytes.length);
    await patch(id, 0, randomBytes(1000));
    for (let i = 0; i < 2; i++) {
      const put = await server.asset(ada, id, { method: "PUT", body: bytes });
      expect(progress(put)).toEqual({ status: 204, offset: "300000", complete: "?1" });
    }
    expect(sha(await (await server.asset(ada, id)).bytes())).toBe(sha(bytes));
  });

  test("without bytes is complete once it is put", async () => {
    const id = await server.begin(ada, await server.run(ada), 0);
    expect(progress(await patch(id, 0, new Uint8Array()))).toMatchObject({ status: 204, complete: "?1" });
    const response = await server.asset(ada, id);
    expect([response.status, (await response.bytes()).length]).toEqual([200, 0]);
  });

  test("is announced once, however often it is asked", async () => {
    const runId = await server.run(ada);
    const requestId = "the same";
    expect(await server.begin(ada, runId, 5, { requestId })).toBe(await server.begin(ada, runId, 5, { requestId }));
  });

  test("of more bytes than were announced is cut off with 413, whether it says so or not", async () => {
    const id = await server.begin(ada, await server.run(ada), 1000);
    const told = await patch(id, 0, bytes.subarray(0, 1001));
    expect([told.status, await told.text()]).toEqual([413, expect.stringContaining("1001 bytes are too many")]);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) });
    expect((await server.asset(ada, id, { method: "PUT", body: endless, duplex: "half" })).status).toBe(413);
    expect(progress(await server.asset(ada, id, { method: "HEAD" }))).toMatchObject({ offset: "0" });
    expect((await server.asset(ada, id, { method: "PUT", body: bytes.subarray(0, 999) })).status).toBe(400);
  });

  test("that breaks off keeps what has come", async () => {
    const id = await server.begin(ada, await server.run(ada), bytes.length);
    const request = httpRequest(`${server.url}/assets/${id}`, {
      method: "PATCH",
      headers: { ...ada.headers, origin: server.url, "upload-offset": "0", "content-length": bytes.length },
    });
    request.on("error", () => undefined);
    await new Promise((resolve) => request.write(bytes.subarray(0, 200_000), resolve));
    await expect.poll(async () => (await server.asset(ada, id, { method: "HEAD" })).status).toBe(200);
    request.destroy();
    const arrived = async () => Number((await server.asset(ada, id, { method: "HEAD" })).headers.get("upload-offset"));
    await expect.poll(arrived).toBeGreaterThan(0);
    const offset = await arrived();
    expect(offset).toBeLessThanOrEqual(200_000);
    expect((await patch(id, offset, bytes.subarray(offset))).status).toBe(204);
    expect(sha(await (await server.asset(ada, id)).bytes())).toBe(sha(bytes));
  });

  test("that hangs is taken over by the next request", async () => {
    const id = await server.begin(ada, await server.run(ada), bytes.length);
    const hanging = httpRequest(`${server.url}/assets/${id}`, {
      method: "PATCH",
      headers: { ...ada.headers, origin: server.url, "upload-offset": "0", "content-length": bytes.length },
    });
    hanging.on("error", () => undefined);
    const cut = new Promise((resolve) => hanging.once("close", resolve));
    await new Promise((resolve) => hanging.write(bytes.subarray(0, 100_000), resolve));
    let offset = 0;
    const attempt = async () => {
      const response = await patch(id, offset, bytes.subarray(offset));
      if (response.status === 409) offset = Number(response.headers.get("upload-offset"));
      return response.status;
    };
    await expect.poll(attempt).toBe(204);
    await cut;
    expect(sha(await (await server.asset(ada, id)).bytes())).toBe(sha(bytes));
  });
});

describe("announcing an upload", () => {
  const begin = (more: object, by: Someone = ada, size = 5) =>
    server.run(ada).then((runId) => codeOf(server.begin(by, runId, size, more)));
  const answer = (callKey: string, componentKey: string) => ({
    purpose: { case: "answer" as const, value: { callKey, componentKey } },
  });

  test("needs a call that is open and asks for files", async () => {
    expect(await begin({})).toBeUndefined();
    expect(await begin(answer("other", "file"))).toBe(Code.NotFound);
    expect(await begin(answer(callKey, "other"))).toBe(Code.NotFound);
    const runId = await server.run(ada, { key: "file", label: "", kind: { case: "inputText", value: {} } });
    expect(await codeOf(server.begin(ada, runId, 5))).toBe(Code.NotFound);
    expect(await begin({ purpose: { case: undefined } })).toBe(Code.InvalidArgument);
    expect(await begin({ runId: "run_00000000000000000000000000000000" })).toBe(Code.NotFound);
  });

  test("is for who drives the run", async () => {
    expect(await begin({}, admin)).toBe(Code.PermissionDenied);
    expect(await begin({}, key)).toBe(Code.PermissionDenied);
    expect(await begin({}, await server.person("bob"))).toBe(Code.NotFound);
  });

  test("as a host needs a key of the run's environment and the process that executes it", async () => {
    expect(await begin(display, key)).toBeUndefined();
    expect(await begin(display, ada)).toBe(Code.NotFound);
    expect(await begin(display, await server.key("staging"))).toBe(Code.NotFound);
    const other = { purpose: { case: "display" as const, value: { hostInstanceId: "other" } } };
    expect(await begin(other, key)).toBe(Code.NotFound);
  });

  test("is refused where it is too large", async () => {
    expect(await begin({}, ada, limits.fileBytes + 1)).toBe(Code.InvalidArgument);
    expect(await begin(display, key, limits.hostAssetBytes + 1)).toBe(Code.InvalidArgument);
    expect(await begin({}, ada, -1)).toBe(Code.InvalidArgument);
    const small = await server.run(ada, fileComponent("file", { maxSize: 3n }));
    await expect(server.begin(ada, small, 4)).rejects.toThrow("The file has 4 bytes; at most 3 bytes are possible.");
  });

  test("takes no path and no hidden letters in a name", async () => {
    const id = await server.upload(ada, await server.run(ada), bytes.subarray(0, 3), {
      name: "../../etc/\u202Egnp.exe\u0000",
      mediaType: "text/plain; charset=x",
    });
    expect(await server.assets.readAsset(id)).toMatchObject({
      name: ".._.._etc__gnp.exe_",
      mediaType: "text/plain",
    });
  });
});

describe("reading", () => {
  const read = async (headers: Record<string, string>, size = 1000) => {
    const id = await server.upload(ada, await server.run(ada), bytes.subarray(0, size));
    const response = await server.asset(ada, id, { headers });
    return { response, body: Buffer.from(await response.bytes()) };
  };

  test.each([
    ["bytes=0-9", 0, 10],
    ["bytes=990-", 990, 1000],
    ["bytes=990-5000", 990, 1000],
    ["bytes=-10", 990, 1000],
    ["bytes=-5000", 0, 1000],
    ["bytes=999-999", 999, 1000],
  ])("a part: %s", async (range, start, end) => {
    const { response, body } = await read({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/1000`);
    expect(body.equals(bytes.subarray(start, end))).toBe(true);
  });

  test.each(["bytes=1000-", "bytes=-0"])("a part that is not there: %s", async (range) => {
    const { response } = await read({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */1000");
  });

  test.each(["bytes=0-1,5-6", "lines=1-2", "bytes=5-2", "bytes=-"])("the whole, where %j is asked", async (range) => {
    const { response, body } = await read({ range });
    expect([response.status, body.length]).toEqual([200, 1000]);
    expect(response.headers.get("accept-ranges")).toBe("bytes");
  });

  test("is not repeated for who has it, and a part only of what they have", async () => {
    const id = await server.upload(ada, await server.run(ada), bytes.subarray(0, 10));
    const etag = (await server.asset(ada, id)).headers.get("etag") ?? "";
    expect((await server.asset(ada, id, { headers: { "if-none-match": etag } })).status).toBe(304);
    const range = { range: "bytes=0-1" };
    expect((await server.asset(ada, id, { headers: { ...range, "if-range": etag } })).status).toBe(206);
    expect((await server.asset(ada, id, { headers: { ...range, "if-range": '"other"' } })).status).toBe(200);
    const head = await server.asset(ada, id, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
  });

  test.each([
    ["image/png", "inline", "image/png"],
    ["video/mp4", "inline", "video/mp4"],
    ["image/svg+xml", "attachment", "image/svg+xml"],
    ["text/html", "attachment", "application/octet-stream"],
    ["text/javascript", "attachment", "application/octet-stream"],
    ["application/xhtml+xml", "attachment", "application/octet-stream"],
    ["application/pdf", "attachment", "application/octet-stream"],
    ["nonsense", "attachment", "application/octet-stream"],
  ])("%s is %s", async (mediaType, disposition, served) => {
    const more = { mediaType, name: 'Größe "1".x' };
    const id = await server.upload(ada, await server.run(ada), bytes.subarray(0, 3), more);
    const { headers } = await server.asset(ada, id);
    expect(headers.get("content-type")).toBe(served);
    expect(headers.get("content-disposition")).toBe(
      `${disposition}; filename="Gr__e _1_.x"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.x`,
    );
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});

describe("access", () => {
  test("who may see the run reads, who announced it writes, everybody else finds nothing", async () => {
    const others = {
      stranger: undefined,
      colleague: await server.person("carol"),
      outsider: await server.person("dan", Role.OWNER, "other"),
      otherEnvironment: await server.key("staging"),
      otherOrganization: await server.key("production", "other"),
    };
    const runId = await server.run(ada);
    const done = await server.upload(ada, runId, bytes.subarray(0, 10));
    const begun = await server.begin(ada, runId, 10);
    const shown = await server.begin(key, runId, 10, display);
    const tried = async (by: Someone | undefined, id: string) => {
      const statuses: Record<string, number> = {};
      for (const method of assetAccess.keys()) {
        const body = method.startsWith("P") ? { body: bytes.subarray(0, 1), headers: { "upload-offset": "0" } } : {};
        statuses[method] = (await server.asset(by, id, { method, ...body })).status;
      }
      return statuses;
    };
    const nothing = { GET: 404, HEAD: 404, PUT: 404, PATCH: 404 };
    for (const [who, by] of Object.entries(others)) {
      for (const id of [done, begun, shown]) expect([who, await tried(by, id)]).toEqual([who, nothing]);
    }
    const readsAlone = { GET: 200, HEAD: 200, PUT: 404, PATCH: 404 };
    for (const by of [admin, key]) expect(await tried(by, done)).toEqual(readsAlone);
    expect(await tried(admin, shown)).toEqual(nothing);
    expect(await tried(ada, shown)).toEqual(nothing);
    expect(await tried(key, begun)).toEqual(nothing);
    expect(await tried(ada, "asset_00000000000000000000000000000000")).toEqual(nothing);
  });

  test("what nobody may do is refused", async () => {
    const id = await server.upload(ada, await server.run(ada), bytes.subarray(0, 10));
    for (const method of ["DELETE", "POST", "OPTIONS"]) {
      expect((await server.asset(ada, id, { method })).status).toBe(405);
    }
  });

  test("a page of another site writes nothing with a cookie", async () => {
    const id = await server.begin(ada, await server.run(ada), 10);
    const headers = { origin: "https://evil.example.com" };
    const response = await server.asset(ada, id, { method: "PUT", body: bytes.subarray(0, 10), headers });
    expect(response.status).toBe(403);
    expect(progress(await server.asset(ada, id, { method: "HEAD" }))).toMatchObject({ offset: "0" });
  });

  test("a signed address is good for its asset and its time, for anybody", async () => {
    const runId = await server.run(ada);
    const [id, other] = [
      await server.upload(ada, runId, bytes.subarray(0, 10)),
      await server.upload(ada, runId, bytes.subarray(0, 10)),
    ];
    const { url } = await key.files.createDownloadUrl({ assetId: id });
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(404);
    expect((await fetch(url.replace(id, other))).status).toBe(404);
    expect((await fetch(url.replace(/expires=\d/, "expires=9"))).status).toBe(404);
    expect((await fetch(url.replace(/signature=./, "signature="))).status).toBe(404);
    const short = await key.files.createDownloadUrl({ assetId: id, lifetime: { nanos: 1_000_000 } });
    await expect.poll(async () => (await fetch(short.url)).status).toBe(404);
    expect(await codeOf(key.files.createDownloadUrl({ assetId: id, lifetime: {} }))).toBe(Code.InvalidArgument);
    const staging = await server.key("staging");
    expect(await codeOf(staging.files.createDownloadUrl({ assetId: id }))).toBe(Code.NotFound);
    const begun = await server.begin(ada, runId, 10);
    expect(await codeOf(key.files.createDownloadUrl({ assetId: begun }))).toBe(Code.NotFound);
  });
});

describe("an answer", () => {
  const answer = (runId: string, componentKey: string, ...files: object[]) =>
    ada.runs.answerCall({
      runId,
      callKey,
      answer: { values: { [componentKey]: { kind: { case: "inputFile", value: { files } } } } },
    });
  const two = () => server.run(ada, fileComponent("file"), { ...fileComponent("other"), optional: true });

  test("holds what is recorded of its files, not what the browser says", async () => {
    const runId = await server.run(ada, fileComponent("file", { allowedExtensions: ["txt"] }));
    const assetId = await server.upload(ada, runId, bytes.subarray(0, 10));
    await answer(runId, "file", { assetId, name: "forged.exe", mediaType: "text/html", size: 1n });
    const { state } = await ada.runs.getRun({ runId });
    expect(state?.calls[0]?.answer?.values.file?.kind.value).toMatchObject({
      files: [{ assetId, name: "a.txt", mediaType: "text/plain", size: 10n }],
    });
    expect(await server.assets.readAsset(assetId)).toMatchObject({ kept: true });
  });

  test("is refused, field by field, where a file is not of this very run, call, component and person, or not whole", async () => {
    const runId = await two();
    const elsewhere = await two();
    const admins = await server.run(admin);
    const wrong = {
      "of another run": await server.upload(ada, elsewhere, bytes.subarray(0, 10)),
      "of another person": await server.upload(admin, admins, bytes.subarray(0, 10)),
      "of another component": await server.upload(ada, runId, bytes.subarray(0, 10), {
        purpose: { case: "answer", value: { callKey, componentKey: "other" } },
      }),
      "of the host": await server.upload(key, runId, bytes.subarray(0, 10), display),
      "not whole": await server.begin(ada, runId, 10),
      "made up": "asset_00000000000000000000000000000000",
    };
    for (const [what, assetId] of Object.entries(wrong)) {
      const refused = await answer(runId, "file", { assetId, name: "a.txt", size: 10n }).catch(ConnectError.from);
      expect([what, refused instanceof ConnectError && refused.code]).toEqual([what, Code.InvalidArgument]);
      expect(String(refused)).toContain("file: This file was not uploaded here");
      expect(await server.assets.readAsset(assetId)).not.toMatchObject({
        kept: true,
        uploader: { kind: "operator" },
      });
    }
    const right = await server.upload(ada, runId, bytes.subarray(0, 10));
    await answer(runId, "file", { assetId: right });
  });

  test("is checked with the true name and size", async () => {
    const runId = await server.run(ada, fileComponent("file", { allowedExtensions: ["png"] }));
    const assetId = await server.upload(ada, runId, bytes.subarray(0, 10));
    const refused = answer(runId, "file", { assetId, name: "a.png", size: 1n });
    await expect(refused).rejects.toThrow("Choose a file that ends with .png.");
  });
});
