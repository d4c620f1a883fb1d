import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../ids.ts";
import { type Files, MissingBytesError, type StoredUpload } from "./files.ts";

/** A storage under test. */
export interface OpenedFiles {
  files: Files;
  /** How many files or objects there are, whatever for. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** What every storage promises. Run it with each adapter, whose parts, if it has any, are of 1,000 bytes. */
export function filesContract(name: string, openFiles: () => Promise<OpenedFiles>): void {
  describe(`${name} files`, () => {
    let opened: OpenedFiles;
    let files: Files;
    beforeEach(async () => {
      opened = await openFiles();
      files = opened.files;
    });
    afterEach(() => opened.close());

    const begin = (): StoredUpload => ({ key: `${newId("run")}/${newId("asset")}`, received: 0, state: "" });
    const bytes = randomBytes(4321);
    const read = async (key: string, range?: { start: number; end: number }) =>
      Buffer.concat(await (await files.read(key, range)).toArray());
    const stored = async (content: Buffer) => {
      const upload = await files.append(begin(), inChunks(content, 700));
      await files.finish(upload);
      return upload;
    };

    test.each([0, 1, 999, 1000, 1001, 4321])("%i bytes come back as they were", async (size) => {
      const upload = await stored(bytes.subarray(0, size));
      expect(upload.received).toBe(size);
      expect(await read(upload.key)).toEqual(bytes.subarray(0, size));
    });

    test("an upload goes on wherever it stopped", async () => {
      for (const cuts of [
        [10, 20, 30],
        [999, 1000, 1001],
        [1500, 1700, 2000, 4320],
        [2000, 3000],
      ]) {
        let upload = begin();
        for (const end of [...cuts, bytes.length]) {
          upload = await files.append(upload, inChunks(bytes.subarray(upload.received, end), 333));
          expect(upload.received).toBe(end);
        }
        await files.finish(upload);
        expect((await read(upload.key)).equals(bytes)).toBe(true);
      }
    });

    test("what came and was not noted is written over", async () => {
      const first = await files.append(begin(), inChunks(bytes.subarray(0, 1300), 100));
      await files.append(first, inChunks(bytes.subarray(1300, 2700), 100)); // its caller died before noting it
      const second = await files.append(first, inChunks(bytes.subarray(1300, 1400), 100));
      const last = await files.append(second, inChunks(bytes.subarray(1400), 100));
      await files.finish(last);
      expect((await read(last.key)).equals(bytes)).toBe(true);
    });

    test("an append of nothing changes nothing", async () => {
      const half = await files.append(begin(), inChunks(bytes.subarray(0, 1300), 100));
      const same = await files.append(half, inChunks(Buffer.alloc(0), 1));
      expect(same.received).toBe(1300);
      const last = await files.append(same, inChunks(bytes.subarray(1300), 4000));
      await files.finish(last);
      expect((await read(last.key)).equals(bytes)).toBe(true);
    });

    test("reads a part", async () => {
      const { key } = await stored(bytes);
      expect(await read(key, { start: 0, end: 9 })).toEqual(bytes.subarray(0, 10));
      expect(await read(key, { start: 990, end: 1010 })).toEqual(bytes.subarray(990, 1011));
      expect(await read(key, { start: 4320, end: 4320 })).toEqual(bytes.subarray(4320));
    });

    test("an upload is not there before it is finished, and finishing it again does no harm", async () => {
      const upload = await files.append(begin(), inChunks(bytes, 5000));
      await expect(files.read(upload.key)).rejects.toThrow(MissingBytesError);
      await files.finish(upload);
      await files.finish(upload);
      expect((await read(upload.key)).equals(bytes)).toBe(true);
    });

    test("nothing is left of what is removed, nor of its way there", async () => {
      const before = await opened.count();
      const done = await stored(bytes);
      const half = await files.append(begin(), inChunks(bytes.subarray(0, 2500), 100));
      const short = await files.append(begin(), inChunks(bytes.subarray(0, 10), 100));
      for (const upload of [done, half, short, begin()]) await files.remove(upload);
      await files.remove(done);
      expect(await opened.count()).toBe(before);
      await expect(files.read(done.key)).rejects.toThrow(MissingBytesError);
    });

    test("bytes wait until those before them are away", async () => {
      let pulled = 0;
      async function* body() {
        for (; pulled < 50; pulled++) yield Buffer.alloc(1000, pulled);
      }
      const appending = files.append(begin(), body());
      await new Promise(setImmediate);
      expect(pulled).toBeLessThan(50);
      expect((await appending).received).toBe(50_000);
    });
  });
}

async function* inChunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
