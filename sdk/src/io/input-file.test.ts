import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer as readAll } from "node:stream/consumers";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FieldErrorCode, IoFetchSchema, limits } from "@interval/proto";
import { expect, test } from "vitest";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { HostMisuseError } from "../errors.ts";
import { io } from "../index.ts";
import { compose } from "./compose.ts";
import { type IoFile, toIoFile } from "./io-file.ts";
import { composed, judged } from "./judged.test-util.ts";
import { spec } from "./spec.ts";

const stored = { name: "Report.Final.CSV", mediaType: "text/csv", size: 5n, assetId: "asset_1" };
const answer = (...files: object[]) => ({ "inputFile:File": { inputFile: { files } } });

async function fileOf(text: string, more: object = {}): Promise<IoFile> {
  const assets = new MemoryAssets();
  const assetId = await assets.put("run_1", { bytes: Buffer.from(text), mediaType: "text/plain" });
  const facts = { ...stored, lastModified: timestampFromMs(1234), ...more, assetId };
  return toIoFile({ $typeName: "interval.io.v1.UploadedFile", ...facts }, assets.of("run_1"));
}

test("a file says what it is, also when it is copied or printed as JSON", async () => {
  const file = await fileOf("a,b");
  const facts = { name: "Report.Final.CSV", type: "text/csv", size: 5, lastModified: 1234, extension: "csv" };
  expect({ ...file }).toEqual(facts);
  expect(JSON.parse(JSON.stringify(file))).toEqual(facts);
  expect((await fileOf("", { name: "README" })).extension).toBe("");
  expect((await fileOf("", { lastModified: undefined })).lastModified).toBe(0);
});

test("its bytes come in every form, also by a method that was taken off", async () => {
  const { text, buffer, json, stream, url } = await fileOf('\uFEFF{"größe":1}');
  expect(await text()).toBe('\uFEFF{"größe":1}');
  expect((await buffer()).length).toBe(16);
  expect(await json()).toEqual({ größe: 1 });
  expect(await readAll(await stream())).toEqual(await buffer());
  expect(await url()).toBe("memory:asset_1");
});

test("one file is given alone, several as a list", async () => {
  expect(await judged(io.input.file("File"), answer(stored))).toMatchObject({ name: "Report.Final.CSV" });
  const second = { ...stored, name: "b.csv", assetId: "asset_2" };
  const several = await judged(io.input.file("File").multiple(), answer(stored, second));
  expect(several).toMatchObject([{ name: "Report.Final.CSV" }, { name: "b.csv" }]);
  expect(await judged(io.input.file("File").multiple(), answer(stored))).toMatchObject([{ size: 5 }]);
  expect(await judged(io.input.file("File").optional(), answer())).toBeUndefined();
  expect(await judged(io.input.file("File").multiple().optional(), {})).toBeUndefined();
  expect(await judged(io.input.file("File"), answer(stored, second))).toMatchObject([
    ["inputFile:File", FieldErrorCode.NOT_MULTIPLE, "Choose one file."],
  ]);
});

test("a validator sees the file, and may read it", async () => {
  const asked = io.input.file("File").validate(({ extension }) => (extension === "csv" ? "No sheets, please." : null));
  expect(await judged(asked, answer(stored))).toMatchObject([
    ["inputFile:File", FieldErrorCode.REJECTED, "No sheets, please."],
  ]);
});

test("what is allowed is sent as the browser compares it", () => {
  const asked = io.input.file("File", { allowedExtensions: [".PDF", "tar.gz"], maxSize: 10 });
  expect(composed(asked).fields[0]?.built.kind.value).toMatchObject({
    allowedExtensions: ["pdf", "tar.gz"],
    maxSize: 10n,
    ownStorage: false,
  });
});

test.each([
  [{ maxSize: 0 }, '"maxSize" must be a whole number from 1'],
  [{ maxSize: limits.fileBytes + 1 }, '"maxSize" must be a whole number from 1 to 5368709120'],
  [{ allowedExtensions: "pdf" }, '"allowedExtensions" must be an array'],
  [{ allowedExtensions: ["image/*"] }, '"allowedExtensions" must be an array of extensions'],
  [{ allowedExtensions: ["."] }, '"allowedExtensions" must be an array of extensions'],
  [{ generatePresignedUrls: {} }, '"generatePresignedUrls" must be a function'],
])("%j is refused before anything is sent", (props, message) => {
  const asked = () => composed(io.input.file("File", props as object));
  expect(asked).toThrow(HostMisuseError);
  expect(asked).toThrow(`io.input.file: ${message}`);
});

test("a file in storage of one's own is read from there, and only from an address that was promised", async () => {
  const server = createServer((request, response) => response.writeHead(request.url === "/a" ? 200 : 403).end("own"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = io.input.file("File", {
    generatePresignedUrls: ({ name, type }) => ({
      uploadUrl: `${base}/${name}?put=${type}`,
      downloadUrl: `${base}/${name}`,
    }),
  });
  const read = composed(asked);
  const [field] = read.fields;
  const value = { name: "a", mediaType: "text/plain" };
  const page = await field?.built.serve?.(
    create(IoFetchSchema, { kind: { case: "inputFile", value } }),
    AbortSignal.timeout(1000),
  );
  expect(page?.kind.value).toMatchObject({ uploadUrl: `${base}/a?put=text/plain`, downloadUrl: `${base}/a` });
  const own = (downloadUrl: string) => answer({ name: "a", size: 3n, downloadUrl });
  const file = (await judged(asked, own(`${base}/a`), undefined, read)) as IoFile;
  expect([await file.text(), await file.url()]).toEqual(["own", `${base}/a`]);
  expect(await judged(asked, own("http://169.254.169.254/"), undefined, read)).toMatchObject([
    ["inputFile:File", FieldErrorCode.UNKNOWN_FILE, "This file is not known any more. Choose it again."],
  ]);
  server.close();
  server.closeAllConnections();
});

test.each([[{}], [{ uploadUrl: "ftp://a", downloadUrl: "https://b" }], ["https://a"]])(
  "addresses that are none, %j, are named",
  async (urls) => {
    const asked = io.input.file("File", { generatePresignedUrls: () => urls as never });
    const { fields } = compose(asked[spec], new MemoryAssets().of("run_1"));
    const fetch = create(IoFetchSchema, { kind: { case: "inputFile", value: { name: "a" } } });
    const served = fields[0]?.built.serve?.(fetch, AbortSignal.timeout(1000));
    await expect(served).rejects.toThrow('"generatePresignedUrls" must give { uploadUrl, downloadUrl }');
  },
);
