import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, InputFileSchema, IoPageSchema, limits } from "@interval/proto";
import { BadResponseError, HostMisuseError } from "../errors.ts";
import { enterFile } from "./file-entry.ts";
import { type IoFile, toIoFile } from "./io-file.ts";
import { type Built, reading, refused, type Serve, taken } from "./method.ts";
import { type CommonProps, isRecord, type PropReader, show } from "./props.ts";

/** Where a file of the program's own storage is put, and where it is read afterwards. */
export interface PresignedUrls {
  uploadUrl: string;
  downloadUrl: string;
}

export interface FileProps extends CommonProps {
  /** The extensions that a name may end with, with or without a dot, compared without case; by default all. */
  allowedExtensions?: readonly string[] | null;
  /** The most bytes that a file may have; 5 GiB by default, which is also the most possible. */
  maxSize?: number | null;
  /**
   * Keeps the file in storage of your own: gives an address that takes it with PUT, and one that serves it. Without it the server keeps the
   * file as long as the run.
   */
  generatePresignedUrls?: (file: { name: string; type: string }) => PresignedUrls | Promise<PresignedUrls>;
}

export function inputFile(read: PropReader, _props: FileProps): Built<"inputFile", IoFile | IoFile[]> {
  const given = read.function<NonNullable<FileProps["generatePresignedUrls"]>>("generatePresignedUrls");
  const maxSize = read.integer("maxSize", 1, limits.fileBytes);
  const value = create(InputFileSchema, {
    allowedExtensions: readExtensions(read),
    maxSize: maxSize === undefined ? undefined : BigInt(maxSize),
    ownStorage: given !== undefined,
  });
  /** What this program has promised to read: an answer can name no other address. */
  const promised = new Set<string>();
  const presign = given && presigning(read.method, given, promised);
  return {
    kind: { case: "inputFile", value },
    read: reading("inputFile", ({ files }) => {
      if (files.some(({ downloadUrl }) => downloadUrl && !promised.has(downloadUrl))) {
        return refused(FieldErrorCode.UNKNOWN_FILE, "This file is not known any more. Choose it again.");
      }
      const given = files.map((file) => toIoFile(file, read.assets));
      const [only] = given;
      return taken(read.multiple || only === undefined ? given : only);
    }),
    isBlank: ({ kind }) => kind.case === "inputFile" && kind.value.files.length === 0,
    enter: async (given, entry) => {
      const list = read.multiple ? entry.list(given, "an array of files") : [given];
      const files = await Promise.all(list.map((file) => enterFile(file, entry, read.assets, presign)));
      return { case: "inputFile", value: { files } };
    },
    serve: presign && servePresigned(presign),
  };
}

type Presign = (file: { name: string; type: string }) => Promise<PresignedUrls>;

/** Asks the program for addresses, and remembers what it has promised. */
function presigning(
  method: string,
  presign: NonNullable<FileProps["generatePresignedUrls"]>,
  promised: Set<string>,
): Presign {
  return async (file) => {
    const urls: unknown = await presign(file);
    const { uploadUrl, downloadUrl } = isRecord(urls) ? urls : {};
    if (!isAddress(uploadUrl) || !isAddress(downloadUrl)) {
      throw new HostMisuseError(
        `${method}: "generatePresignedUrls" must give { uploadUrl, downloadUrl } with two addresses, but it gave ${show(urls)}.`,
      );
    }
    promised.add(downloadUrl);
    return { uploadUrl, downloadUrl };
  };
}

function servePresigned(presign: Presign): Serve {
  return async ({ kind }) => {
    if (kind.case !== "inputFile") throw new BadResponseError("This is not an upload.");
    const { name, mediaType: type } = kind.value;
    return create(IoPageSchema, { kind: { case: "inputFile", value: await presign({ name, type }) } });
  };
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}

function readExtensions(read: PropReader): string[] {
  return (read.list("allowedExtensions") ?? []).map((extension) => {
    const plain = typeof extension === "string" ? extension.trim().replace(/^\./, "").toLowerCase() : "";
    if (!plain || /[\s/\\*]/.test(plain)) {
      throw read.wrong("allowedExtensions", 'an array of extensions, such as ["pdf", "png"]');
    }
    return plain;
  });
}
