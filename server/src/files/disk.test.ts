import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesContract, type OpenedFiles } from "./contract.ts";
import { diskFiles } from "./disk.ts";

async function openDisk(): Promise<OpenedFiles> {
  const directory = await mkdtemp(join(tmpdir(), "interval-files-"));
  return {
    files: diskFiles(join(directory, "assets")),
    count: async () => (await readdir(join(directory, "assets"), { recursive: true }).catch(() => [])).length,
    close: () => rm(directory, { recursive: true }),
  };
}

filesContract("disk", openDisk);

test.each(["../../etc/passwd", "run_1/asset_1", "/etc/passwd", ""])("the key %j is no path", async (key) => {
  const { files, close } = await openDisk();
  await expect(files.read(key)).rejects.toThrow("is not the key of an asset");
  await expect(files.remove({ key, received: 0, state: "" })).rejects.toThrow("is not the key of an asset");
  await close();
});
