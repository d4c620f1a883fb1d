import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import { vi } from "vitest";
import { filesContract, type OpenedFiles } from "./contract.ts";
import { s3Files } from "./s3.ts";

// The credentials that this server takes.
vi.stubEnv("AWS_ACCESS_KEY_ID", "S3RVER");
vi.stubEnv("AWS_SECRET_ACCESS_KEY", "S3RVER");

async function openBucket(): Promise<OpenedFiles> {
  const directory = await mkdtemp(join(tmpdir(), "interval-s3-"));
  const bucket = new S3rver({ silent: true, directory, configureBuckets: [{ name: "assets", configs: [] }] });
  await bucket.configureBuckets();
  const handle = bucket.getMiddleware();
  const server = createServer((request, response) => {
    const uploadId = new URL(request.url ?? "/", "http://localhost").searchParams.get("uploadId");
    if (request.method !== "DELETE" || uploadId === null) return handle(request, response);
    // It does not know how to abort a multipart upload.
    rmSync(join(directory, "assets/._S3rver_uploads", uploadId), { recursive: true, force: true });
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    files: s3Files({ bucket: "assets", endpoint, region: "us-east-1", partBytes: 1000 }),
    async count() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).length;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(directory, { recursive: true });
    },
  };
}

filesContract("S3", openBucket);
