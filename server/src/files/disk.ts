import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ByteRange, type Files, MissingBytesError } from "./files.ts";

/** Keys are made of our own ids: nothing else becomes a path. */
const keyPattern = /^(?:run|page)_[0-9a-f]{32}\/asset_[0-9a-f]{32}$/;

/** Files in a directory: one directory a run, one file an asset; one that is not complete has ".part" behind its name. */
export function diskFiles(directory: string): Files {
  const pathOf = (key: string) => {
    if (!keyPattern.test(key)) throw new Error(`"${key}" is not the key of an asset.`);
    return join(directory, key);
  };
  const partOf = (key: string) => `${pathOf(key)}.part`;

  return {
    async append({ key, received, state }, body) {
      const path = partOf(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, "a").then(async (made) => {
        await made.close(); // made where it was missing; bytes are put at their places below
        return open(path, "r+");
      });
      try {
        if ((await file.stat()).size < received) throw new MissingBytesError(`Bytes of ${key} are gone.`);
        await file.truncate(received); // what came after the last that was noted may not be whole
        const size = await write(file, received, body);
        await file.datasync();
        return { key, received: size, state };
      } finally {
        await file.close();
      }
    },

    async finish({ key }) {
      const [part, path] = [partOf(key), pathOf(key)];
      try {
        await rename(part, path);
      } catch (error) {
        if (!isMissing(error) || !(await exists(path))) throw error; // finished before
      }
      await syncDirectory(dirname(path));
    },

    async read(key, range?: ByteRange) {
      const file = await open(pathOf(key), "r").catch((error: unknown) => {
        throw isMissing(error) ? new MissingBytesError(`The bytes of ${key} are gone.`) : error;
      });
      return file.createReadStream(range);
    },

    async remove({ key }) {
      const path = pathOf(key);
      await Promise.all([rm(path, { force: true }), rm(partOf(key), { force: true })]);
      await rmdir(dirname(path)).catch(() => undefined); // others of the run may be in it
    },
  } satisfies Files;
}

async function write(file: FileHandle, from: number, body: AsyncIterable<Uint8Array>): Promise<number> {
  let position = from;
  for await (const chunk of body) {
    for (let written = 0; written < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position);
      written += bytesWritten;
      position += bytesWritten;
    }
  }
  return position;
}

/** A new name is only durable once its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
