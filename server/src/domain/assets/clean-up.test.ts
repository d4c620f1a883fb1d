import { limits } from "@interval/proto";
import pino from "pino";
import { expect, test } from "vitest";
import type { Files, StoredUpload } from "../../files/files.ts";
import { newId } from "../../ids.ts";
import type { AssetRecord } from "../../store/store.ts";
import { AssetServer } from "../../testing/asset-server.ts";
import { cleanUpAssets } from "./clean-up.ts";

const now = 10 * limits.unsubmittedUploadMs;
const logger = pino({ level: "silent" });

test("uploads that nobody submits within a day go, their bytes first; what cannot be removed stays for later", async () => {
  const server = await AssetServer.start();
  const { assets } = server;
  const removed: string[] = [];
  let broken = "";
  const files = {
    remove: async ({ key }: StoredUpload) => {
      if (key === broken) throw new Error("The disk is away.");
      removed.push(key);
    },
  } as Files;
  const add = async (age: number) => {
    const id = newId("asset");
    const record: AssetRecord = {
      id,
      runId: newId("run"), // gone
      callKey: "",
      componentKey: "",
      uploader: { kind: "operator", id: "user" },
      name: "",
      mediaType: "",
      size: 1,
      received: 1,
      complete: true,
      kept: false,
      storageKey: id,
      storageState: "",
      createdAt: now - age,
      organizationId: "org_1",
    };
    return (await assets.createAsset(record, id)).id;
  };
  let open = "";
  const shown = new Set<string>();
  const pages = { isOpen: (pageId: string) => pageId === open || shown.has(pageId) };
  const ids: string[] = [];
  for (let i = 0; i < 150; i++) ids.push(await add(limits.unsubmittedUploadMs + 1));
  broken = ids[3] ?? "";
  expect(await cleanUpAssets({ assets, files, logger, pages }, now)).toBe(149);
  expect(removed).toHaveLength(149);
  expect(await assets.readAsset(broken)).toBeDefined();
  broken = "";
  open = (await assets.readAsset(ids[3] ?? ""))?.runId ?? "";
  expect(await cleanUpAssets({ assets, files, logger, pages }, now)).toBe(0); // a page still shows it
  open = "";
  expect(await cleanUpAssets({ assets, files, logger, pages }, now)).toBe(1);
  expect(await cleanUpAssets({ assets, files, logger, pages }, now)).toBe(0);

  // Those that come first may all belong to pages that are open: what comes after them goes all the same.
  for (let i = 0; i < 250; i++) shown.add((await assets.readAsset(await add(1)))?.runId ?? "");
  await add(1);
  expect(await cleanUpAssets({ assets, files, logger, pages }, now)).toBe(1);
  shown.clear();
  expect(await cleanUpAssets({ assets, files, logger, pages }, now)).toBe(250);
  await server.close();
});
