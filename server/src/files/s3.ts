import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { limits } from "@interval/proto";
import { type ByteRange, type Files, MissingBytesError, type StoredUpload } from "./files.ts";

/** Where the bucket is. Credentials come from where the AWS SDK finds them, such as `AWS_ACCESS_KEY_ID`. */
export interface S3Options {
  bucket: string;
  /** The address of a server that speaks S3; unset means Amazon's. */
  endpoint: string | undefined;
  region: string;
  /** What is sent of a file at once and held in memory until it is; for tests. */
  partBytes?: number;
}

/** How far an upload is. */
interface Progress {
  /** Of the multipart upload; empty before the first whole part. */
  uploadId: string;
  /** Of the whole parts, in order. */
  etags: string[];
  /** The bytes after the last whole part: too few for one, they lie in an object of their own. */
  tail: number;
  /** After which numbers of parts there were such objects. */
  tails: number[];
}

/**
 * Files in a bucket of any server that speaks S3. An upload is a multipart upload; what is left over between two requests, since a part
 * has at least 5 MiB, waits in an object beside it. One part of each upload under way is in memory.
 */
export function s3Files({ bucket, endpoint, region, partBytes = limits.uploadChunkBytes }: S3Options): Files {
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle: endpoint !== undefined, // other servers rarely have a host name for each bucket
    // Not every server knows the newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const at = (Key: string) => ({ Bucket: bucket, Key });
  const tailKey = (key: string, part: number) => `${key}.tail${part}`;

  const put = (key: string, Body: Buffer) => client.send(new PutObjectCommand({ ...at(key), Body }));
  const get = async (key: string, range?: ByteRange): Promise<Readable> => {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const { Body } = await client.send(new GetObjectCommand({ ...at(key), Range }));
    if (!(Body instanceof Readable)) throw new Error(`The bucket gave no bytes for ${key}.`);
    return Body;
  };
  const remove = (key: string) => client.send(new DeleteObjectCommand(at(key)));
  const readTail = async (key: string, { etags, tail }: Progress): Promise<Buffer> =>
    tail === 0 ? Buffer.alloc(0) : Buffer.concat(await (await get(tailKey(key, etags.length))).toArray(), tail);
  const uploadPart = async (key: string, progress: Progress, Body: Buffer): Promise<string> => {
    const PartNumber = progress.etags.length + 1;
    const part = { ...at(key), UploadId: progress.uploadId, PartNumber, Body };
    const { ETag } = await client.send(new UploadPartCommand(part));
    if (!ETag) throw new Error(`The bucket gave no ETag for part ${PartNumber} of ${key}.`);
    return ETag;
  };
  const complete = async ({ key, state }: StoredUpload): Promise<void> => {
    const progress = readProgress(state);
    const tail = await readTail(key, progress);
    if (progress.etags.length === 0) return void (await put(key, tail));
    const etags = tail.length > 0 ? [...progress.etags, await uploadPart(key, progress, tail)] : progress.etags;
    const Parts = etags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
    const whole = { ...at(key), UploadId: progress.uploadId, MultipartUpload: { Parts } };
    await client.send(new CompleteMultipartUploadCommand(whole));
  };
  const isThere = async ({ key, received }: StoredUpload): Promise<boolean> => {
    const found = await client.send(new HeadObjectCommand(at(key))).catch(() => undefined);
    return found?.ContentLength === received;
  };

  return {
    async append({ key, received, state }, body) {
      const progress = readProgress(state);
      const part = Buffer.allocUnsafe(partBytes);
      let filled = (await readTail(key, progress)).copy(part);
      let size = received;
      for await (const chunk of body) {
        for (let taken = 0; taken < chunk.length; ) {
          const piece = chunk.subarray(taken, taken + partBytes - filled);
          part.set(piece, filled);
          taken += piece.length;
          filled += piece.length;
          size += piece.length;
          if (filled < partBytes) continue;
          progress.uploadId ||=
            (await client.send(new CreateMultipartUploadCommand(at(key)))).UploadId ?? missingUploadId(key);
          progress.etags.push(await uploadPart(key, progress, part));
          filled = 0;
        }
      }
      if (filled > 0 && size > received) {
        // The name holds the place: what a crash leaves noted still finds the bytes that it means.
        const place = progress.etags.length;
        await put(tailKey(key, place), part.subarray(0, filled));
        if (!progress.tails.includes(place)) progress.tails.push(place);
      }
      return { key, received: size, state: JSON.stringify({ ...progress, tail: filled } satisfies Progress) };
    },

    async finish(upload) {
      try {
        await complete(upload);
      } catch (error) {
        if (!(await isThere(upload))) throw error; // finished before
      }
      await Promise.all(readProgress(upload.state).tails.map((place) => remove(tailKey(upload.key, place))));
    },

    async read(key, range) {
      try {
        return await get(key, range);
      } catch (error) {
        if (isGone(error)) throw new MissingBytesError(`The bytes of ${key} are gone.`);
        throw error;
      }
    },

    async remove({ key, state }) {
      const { uploadId, tails } = readProgress(state);
      const ofUpload = { ...at(key), UploadId: uploadId };
      const abort = uploadId ? [client.send(new AbortMultipartUploadCommand(ofUpload)).catch(unlessGone)] : [];
      await Promise.all([...abort, remove(key), ...tails.map((place) => remove(tailKey(key, place)))]);
    },
  };
}

function readProgress(state: string): Progress {
  return state ? (JSON.parse(state) as Progress) : { uploadId: "", etags: [], tail: 0, tails: [] };
}

function missingUploadId(key: string): never {
  throw new Error(`The bucket began no upload of ${key}.`);
}

function isGone(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === "NoSuchKey" || error.name === "NoSuchUpload");
}

function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}
