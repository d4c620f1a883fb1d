import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../ids.ts";
import type { Opened } from "../contract.ts";
import { openSqliteStore, type SqliteStore } from "./open.ts";

/** For tests: a SQLite store in a directory that goes with it. */
export async function openTemporaryStore(): Promise<Opened & { store: SqliteStore; dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), "interval-store-"));
  const store = await openSqliteStore(dataDir);
  return {
    dataDir,
    store,
    createPerson: (email) => insertPerson(store, email),
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

async function insertPerson({ db }: SqliteStore, email: string): Promise<string> {
  const id = newId("user");
  const now = new Date().toISOString();
  const names = { name: "Ann Lee", firstName: "Ann", lastName: "Lee", timeZone: "UTC", locale: "en" };
  const row = { id, email, ...names, emailVerified: 1, image: null, createdAt: now, updatedAt: now };
  await db.insertInto("user").values(row).execute();
  return id;
}
