import { Buffer } from "node:buffer";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { UploadedFileSchema } from "@interval/proto";
import type { Assets } from "../assets/assets.ts";
import type { Entry } from "./entry.ts";
import type { PresignedUrls } from "./input-file.ts";
import { isRecord } from "./props.ts";

/** A file that a scripted operator gives, with its bytes. */
interface GivenFile {
  name: string;
  type: string;
  lastModified?: number;
  bytes: Uint8Array;
}

const expected = "a File, bytes, or { name, type?, bytes or text, lastModified? }";

/**
 * Uploads a file as a browser does: to the program's own storage where it gives addresses, else to the store of the run.
 * @param presign gives the addresses of the program's own storage
 */
export async function enterFile(
  given: unknown,
  entry: Entry,
  assets: Assets,
  presign: ((file: { name: string; type: string }) => Promise<PresignedUrls>) | undefined,
): Promise<MessageInitShape<typeof UploadedFileSchema>> {
  const { name, type, lastModified, bytes } = await readFile(given, entry);
  const facts = {
    name,
    mediaType: type,
    size: BigInt(bytes.length),
    lastModified: lastModified === undefined ? undefined : timestampFromMs(lastModified),
  };
  if (!presign) return { ...facts, assetId: await assets.put({ bytes, mediaType: type, name }) };
  const { uploadUrl, downloadUrl } = await presign({ name, type });
  await putOutside(uploadUrl, { name, type, bytes }, entry);
  return { ...facts, downloadUrl };
}

async function readFile(given: unknown, entry: Entry): Promise<GivenFile> {
  if (given instanceof Uint8Array) return { name: "file", type: "application/octet-stream", bytes: given };
  if (given instanceof Blob) {
    const { name, lastModified } = given instanceof File ? given : { name: "file", lastModified: undefined };
    return { name, type: given.type, lastModified, bytes: new Uint8Array(await given.arrayBuffer()) };
  }
  if (!isRecord(given)) throw entry.wrong(expected, given);
  const { name, type = "", text, lastModified } = given;
  const bytes = typeof text === "string" ? Buffer.from(text) : given.bytes;
  const hasTime = lastModified === undefined || typeof lastModified === "number";
  if (typeof name !== "string" || typeof type !== "string" || !(bytes instanceof Uint8Array) || !hasTime) {
    throw entry.wrong(expected, given);
  }
  return { name, type, lastModified, bytes };
}

async function putOutside(url: string, { name, type, bytes }: GivenFile, entry: Entry): Promise<void> {
  const response = await fetch(url, {
    method: "PUT",
    body: new Uint8Array(bytes),
    headers: type ? { "content-type": type } : {},
  }).catch((cause: unknown) => {
    throw entry.fault(`was given "${name}", but nothing takes it at ${url}.`, cause);
  });
  if (!response.ok) throw entry.fault(`was given "${name}", but ${url} answered ${response.status}.`);
}
