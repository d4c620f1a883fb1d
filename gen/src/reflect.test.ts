import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ImageSchema } from "../ts/interval/io/v1/image_pb.ts";
import { InputFilePageSchema, UploadedFileSchema } from "../ts/interval/io/v1/input_file_pb.ts";
import { IoCallSchema } from "../ts/interval/io/v1/io_call_pb.ts";
import { IoComponentSchema, IoPageSchema, IoValueSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import type { Kind } from "./kinds.ts";
import {
  assetFields,
  assetLimit,
  findAssets,
  isServerAnswered,
  sensitiveFields,
  setUploadRelays,
  takesAssets,
} from "./reflect.ts";

describe("the schema's options", () => {
  it("say which components the server answers", () => {
    const kinds = IoComponentSchema.oneofs.flatMap(({ fields }) => fields.map(({ localName }) => localName as Kind));
    expect(kinds.filter(isServerAnswered)).toEqual(["confirmIdentity", "approval"]);
  });

  it("say which fields hold stored assets", () => {
    expect(assetFields(UploadedFileSchema)).toEqual(["assetId"]);
    expect(assetFields(ImageSchema)).toEqual(["assetId"]);
    expect(assetFields(InputFilePageSchema)).toEqual([]);
  });

  it("say which fields are kept out of logs", () => {
    expect(sensitiveFields(UploadedFileSchema)).toEqual(["downloadUrl"]);
    expect(sensitiveFields(InputFilePageSchema)).toEqual(["uploadUrl", "downloadUrl", "relayUrl"]);
  });
});

describe("stored assets", () => {
  it("are found in answers, and what is recorded of them counts", () => {
    const files = [
      { assetId: "asset_1", name: "forged.png", mediaType: "image/png", size: 1n },
      { downloadUrl: "https://example.com/own" },
      { assetId: "asset_2" },
    ];
    const value = create(IoValueSchema, { kind: { case: "inputFile", value: { files } } });
    const uses = findAssets(IoValueSchema, value);
    expect(uses.map(({ id, path }) => [id, path])).toEqual([
      ["asset_1", "inputFile/files/0"],
      ["asset_2", "inputFile/files/2"],
    ]);
    uses[0]?.record({ name: "true.txt", mediaType: "text/plain", size: 12 });
    expect(value.kind.value).toMatchObject({
      files: [{ assetId: "asset_1", name: "true.txt", mediaType: "text/plain", size: 12n }, {}, { name: "" }],
    });
  });

  it("are found deep in what is shown", () => {
    const image = { source: { case: "assetId" as const, value: "asset_1" } };
    const rows = [{ key: "a" }, { key: "b", cells: { name: { image } } }];
    const call = create(IoCallSchema, {
      components: [
        { kind: { case: "displayTable", value: { table: { firstPage: { rows } } } } },
        { kind: { case: "displayImage", value: { image: { ...image, alt: "A" } } } },
        { kind: { case: "displayMarkdown", value: {} } },
      ],
    });
    expect(findAssets(IoCallSchema, call).map(({ path }) => path)).toEqual([
      "components/0/displayTable/table/firstPage/rows/1/cells/name/image",
      "components/1/displayImage/image",
    ]);
  });

  it("are answered to files alone, as large as the component says", () => {
    const kinds = IoComponentSchema.oneofs.flatMap(({ fields }) => fields.map(({ localName }) => localName as Kind));
    expect(kinds.filter(takesAssets)).toEqual(["inputFile"]);
    const limited = create(IoComponentSchema, { kind: { case: "inputFile", value: { maxSize: 5n } } });
    expect(assetLimit(limited)).toBe(5);
    expect(assetLimit(create(IoComponentSchema, { kind: { case: "inputFile", value: {} } }))).toBeUndefined();
    expect(assetLimit(create(IoComponentSchema, { kind: { case: "inputText", value: {} } }))).toBeUndefined();
    expect(assetLimit(create(IoComponentSchema))).toBeUndefined();
  });

  it("outside are reached over a relay that the server alone names", () => {
    const value = { uploadUrl: "https://bucket.example.com/a", relayUrl: "https://evil.example.com" };
    const page = create(IoPageSchema, { kind: { case: "inputFile", value } });
    setUploadRelays(IoPageSchema, page, (address) => `/relay?to=${address}`);
    expect(page.kind.value).toMatchObject({ relayUrl: "/relay?to=https://bucket.example.com/a" });
    setUploadRelays(IoPageSchema, page, () => undefined);
    expect(page.kind.value).toMatchObject({ relayUrl: "" });
  });
});
