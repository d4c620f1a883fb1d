import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { RunEventSchema, RunFilterSchema, RunSchema, RunTrigger, toValue } from "@interval/proto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { storeContract } from "../contract.ts";
import { openSqliteStore } from "./open.ts";
import { openTemporaryStore } from "./testing.ts";

storeContract("SQLite", openTemporaryStore);

/** Undoes the migrations from 0009 on. */
const laterUndone = [
  "drop table run_line_head",
  "drop index run_line",
  "alter table api_key drop column kind",
  "drop table sign_in_mark",
];

describe("SQLite data directory", () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "interval-sqlite-"));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  test("a second server on it is refused by a sentence that names the first, which goes on", async () => {
    const store = await openSqliteStore(dataDir);
    await expect(openSqliteStore(dataDir)).rejects.toThrow(
      `Another server (process ${process.pid}) uses the data directory ${dataDir}.`,
    );
    await expect(store.check()).resolves.toBeUndefined();
    await store.close();
    await (await openSqliteStore(dataDir)).close();
  });

  test("what a dead server left behind does not stop the next one", async () => {
    await writeFile(join(dataDir, "server.pid"), `${process.pid}\n`);
    await writeFile(join(dataDir, "server.lock"), "");
    await (await openSqliteStore(dataDir)).close();
  });

  test("commands write to it beside the server", async () => {
    const server = await openSqliteStore(dataDir);
    const command = await openSqliteStore(dataDir, { shared: true });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? server : command).people.createOrganization({ slug: `o${i}`, name: `${i}` }),
      ),
    );
    expect(await server.people.listOrganizations()).toHaveLength(20);
    await command.close();
    await expect(server.check()).resolves.toBeUndefined();
    await server.close();
  });

  test("many that open a new directory at once migrate it once", async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => openSqliteStore(dataDir, { shared: true })));
    for (const store of stores) await store.close();
  });

  test("closed, it is one private file without a log beside it", async () => {
    const store = await openSqliteStore(dataDir);
    await store.people.createOrganization({ slug: "acme", name: "Acme" });
    await store.close();
    expect(await readdir(dataDir)).not.toContain("interval.sqlite-wal");
    expect((await stat(join(dataDir, "interval.sqlite"))).mode & 0o777).toBe(0o600);
  });

  test("runs of an older server are found by what their journals say", async () => {
    const older = await openSqliteStore(dataDir);
    const { id: organizationId } = await older.people.createOrganization({ slug: "acme", name: "Acme" });
    const environmentId = (await older.people.findEnvironment(organizationId, "production"))?.id ?? "";
    const run = create(RunSchema, { id: newId("run"), action: "refund", trigger: RunTrigger.API });
    const scope = { organizationId, environmentId, userId: null };
    const record = { run, scope, startedByUserId: null, sequence: 1, hostInstanceId: null };
    const outcome = { case: "success" as const, value: { result: toValue("receipt 99") } };
    const events = [
      { case: "started" as const, value: { run } },
      { case: "finished" as const, value: { outcome } },
    ];
    const journal = events.map((kind, i) => create(RunEventSchema, { sequence: BigInt(i + 1), kind }));
    await older.journal.createRun(record, journal, "request", "key");
    for (const statement of [
      "drop index asset_quota",
      "drop index run_start_run",
      "alter table asset drop column touched_at",
      "alter table asset drop column organization_id",
      "alter table run drop column removing",
      "drop index run_action",
      "drop index run_person",
      "create index run_own on run (started_by_user_id, id desc)",
      "alter table run drop column run_trigger",
      "alter table run drop column search",
      ...laterUndone,
      "delete from kysely_migration where name >= '0007'",
    ])
      await sql.raw(statement).execute(older.db);
    await older.close();

    const store = await openSqliteStore(dataDir);
    const filter = create(RunFilterSchema, { text: "refund receipt", triggers: [RunTrigger.API] });
    const reach = { organizationId, environmentId, scopeUserId: null, startedByUserId: null };
    const { records } = await store.journal.listRuns({ ...reach, filter, pageSize: 50, pageToken: "" });
    expect(records.map((each) => each.run.id)).toEqual([run.id]);
    await store.close();
  });

  test("runs and log lines of an older server are listed small", async () => {
    const older = await openSqliteStore(dataDir);
    const { id: organizationId } = await older.people.createOrganization({ slug: "acme", name: "Acme" });
    const environmentId = (await older.people.findEnvironment(organizationId, "production"))?.id ?? "";
    const scope = { organizationId, environmentId, userId: null };
    const large = toValue("x".repeat(100_000));
    const runs = Array.from({ length: 45 }, () => create(RunSchema, { id: newId("run"), params: { large } }));
    for (const run of runs) {
      const record = { run, scope, startedByUserId: null, sequence: 2, hostInstanceId: null };
      const kinds = [
        { case: "started" as const, value: { run } },
        { case: "logged" as const, value: { values: [large] } },
      ];
      const events = kinds.map((kind, i) => create(RunEventSchema, { sequence: BigInt(i + 1), kind }));
      await older.journal.createRun(record, events, run.id, "key");
      await sql`update run set run = ${toBinary(RunSchema, run)} where id = ${run.id}`.execute(older.db);
    }
    for (const statement of [...laterUndone, "delete from kysely_migration where name >= '0009'"])
      await sql.raw(statement).execute(older.db);
    await older.close();

    const store = await openSqliteStore(dataDir);
    const reach = { organizationId, environmentId, scopeUserId: null, startedByUserId: null };
    const filter = create(RunFilterSchema);
    const { records } = await store.journal.listRuns({ ...reach, filter, pageSize: 50, pageToken: "" });
    expect(records.map(({ run }) => run)).toEqual(runs.map((run) => ({ ...run, params: {} })).reverse());
    const query = { kinds: "logs" as const, after: 0, limit: 5, bytes: 1_000_000 };
    for (const { id } of runs) {
      const { events } = await store.journal.readEventPage(id, query);
      expect(events.map((event) => toBinary(RunEventSchema, event).length < 5000)).toEqual([true]);
    }
    await store.close();
  });

  test("a file that is no database is named", async () => {
    await writeFile(join(dataDir, "interval.sqlite"), "x".repeat(5000));
    await expect(openSqliteStore(dataDir)).rejects.toThrow(
      /interval\.sqlite could not be opened: file is not a database/,
    );
  });
});

describe("SQLite transactions", () => {
  test("appends that arrive together share commits", async () => {
    const opened = await openTemporaryStore();
    const { store } = opened;
    const before = store.writer.batches;
    const rows = Array.from({ length: 1000 }, (_, i) => ({ id: `org_${i}`, slug: `o${i}`, name: "", created_at: i }));
    await Promise.all(rows.map((row) => store.db.insertInto("organization").values(row).execute()));
    expect(store.writer.batches - before).toBeLessThan(10);
    await opened.close();
  });

  test("a transaction is whole or nothing, and others wait for its end", async () => {
    const opened = await openTemporaryStore();
    const { db, people } = opened.store;
    const insert = (slug: string) => ({ id: slug, slug, name: slug, created_at: 0 });
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto("organization").values(insert("kept-back")).execute();
      entered.resolve();
      await leave.promise;
      throw new Error("changed my mind");
    });
    await entered.promise;
    const neighbour = people.createOrganization({ slug: "neighbour", name: "Neighbour" });
    expect(await people.listOrganizations()).toEqual([]);
    leave.resolve();
    await expect(failing).rejects.toThrow("changed my mind");
    await neighbour;
    expect((await people.listOrganizations()).map(({ slug }) => slug)).toEqual(["neighbour"]);
    await opened.close();
  });
});
