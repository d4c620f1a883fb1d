import { describe, expect, it } from "vitest";
import { ImageSchema } from "../ts/interval/io/v1/image_pb.ts";
import { InputFilePageSchema, UploadedFileSchema } from "../ts/interval/io/v1/input_file_pb.ts";
import { IoComponentSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import type { Kind } from "./kinds.ts";
import { assetFields, isServerAnswered, sensitiveFields } from "./reflect.ts";

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
    expect(sensitiveFields(InputFilePageSchema)).toEqual(["uploadUrl", "downloadUrl"]);
  });
});
