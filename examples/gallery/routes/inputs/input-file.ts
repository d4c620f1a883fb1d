import { createHash } from "node:crypto";
import { Action, io } from "@interval/sdk";

async function digest(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * io.input.file(label, { allowedExtensions?, maxSize?, generatePresignedUrls?, … }) → IoFile
 *
 * A file with `name`, `type`, `size` and `text() json() buffer() stream() url()`; with `.multiple()` any number of them. Uploads go on after the
 * line broke.
 */
export default new Action({
  name: "File",
  description: "A picture or a text, and any number of files of any kind.",
  handler: async () => {
    const { document, others } = await io.group({
      document: io.input.file("Document", { allowedExtensions: ["png", "txt"], maxSize: 1024 * 1024 }),
      others: io.input.file("Others").multiple().optional(),
    });
    return {
      name: document.name,
      type: document.type,
      size: document.size,
      extension: document.extension,
      sha256: await digest(await document.stream()),
      others: others?.map(({ name }) => name).join(", "),
    };
  },
});
