import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  ActorSchema,
  emptyRunState,
  fitsFilter,
  foldRun,
  IoAnswerSchema,
  limits,
  Role,
  type Run,
  type RunEvent,
  RunEventSchema,
  RunFilterSchema,
  RunSchema,
  type RunState,
  RunStateSchema,
  RunStatus,
  RunTrigger,
  toValue,
} from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../ids.ts";
import {
  type Append,
  type AssetRecord,
  type EventPage,
  type KeyKind,
  PageTokenError,
  type RunQuery,
  type RunRecord,
  type Scope,
  type Store,
} from "./store.ts";

/** A store under test, and how to make a person in it, which is the identity library's business. */
export interface Opened {
  store: Store;
  createPerson(email: string): Promise<string>;
  close(): Promise<void>;
}

/** What every store promises. Run it with each adapter. */
export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name} store`, () => {
    let opened: Opened;
    let store: Store;
    let scope: Scope;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      const organization = await store.people.createOrganization({ slug: "acme", name: "Acme" });
      const production = await store.people.findEnvironment(organization.id, "production");
      scope = { organizationId: organization.id, environmentId: production?.id ?? "", userId: null };
    });
    afterEach(() => opened.close());

    const start = async (more: Partial<RunRecord> = {}, action = "hello") => {
      const run = newRun(action);
      const record = { run, scope, startedByUserId: null, sequence: 1, hostInstanceId: null, ...more };
      await store.journal.createRun(record, [startedEvent(record.run)], newId("run"), "key_1");
      return record;
    };

    describe("journal", () => {
      test("gives back a run and its events as they were stored", async () => {
        const { run } = await start();
        expect((await store.journal.readRun(run.id))?.run).toEqual(run);
        expect(await store.journal.readEvents(run.id, 0)).toEqual([startedEvent(run)]);
        expect(await store.journal.readRun(newId("run"))).toBeUndefined();
      });

      test("a request that made a run makes no second one", async () => {
        const record = { run: newRun("a"), scope, startedByUserId: null, sequence: 1, hostInstanceId: null };
        const again = { ...record, run: newRun("b") };
        const [first, second] = await Promise.all(
          [record, again].map((entry) =>
            store.journal.createRun(entry, [startedEvent(entry.run)], "request", "user_1"),
          ),
        );
        expect(first).toMatchObject({ created: true });
        expect(second).toMatchObject({ created: false, record: { run: { id: record.run.id, action: "a" } } });
        expect(await store.journal.readRun(again.run.id)).toBeUndefined();
        const other = await store.journal.createRun(again, [startedEvent(again.run)], "request", "user_2");
        expect(other.created).toBe(true);
        expect(await store.journal.findStarted("request", "user_1")).toBe(record.run.id);
        expect(await store.journal.findStarted("request", "user_3")).toBeUndefined();
      });

      test("appends after the sequence that the caller knows, else says which one stands", async () => {
        const { run } = await start();
        expect(await store.journal.append([log(run, 1)])).toEqual([{ outcome: "appended" }]);
        expect(await store.journal.append([log(run, 1)])).toEqual([{ outcome: "conflict", sequence: 2 }]);
        expect((await store.journal.readEvents(run.id, 0, { kinds: "all" })).map((event) => event.sequence)).toEqual([
          1n,
          2n,
        ]);
      });

      test("of many that append at once one wins each place", async () => {
        const { run } = await start();
        const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.journal.append([log(run, 1)])));
        expect(outcomes.flat().filter(({ outcome }) => outcome === "appended")).toHaveLength(1);
        expect((await store.journal.readRun(run.id))?.sequence).toBe(2);
      });

      test("a refused append leaves its neighbours alone, and nothing of itself", async () => {
        const [a, b, c] = await Promise.all([start(), start(), start()]);
        const refused = { ...log(b.run, 7), requestIds: ["lost"] };
        const outcomes = await store.journal.append([log(a.run, 1), refused, log(c.run, 1)]);
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(["appended", "conflict", "appended"]);
        expect(await store.journal.hasRequest(b.run.id, "lost")).toBe(false);
        expect(await store.journal.readEvents(c.run.id, 0, { kinds: "all" })).toHaveLength(2);
      });

      test("a request is done once per run", async () => {
        const [a, b] = await Promise.all([start(), start()]);
        expect(await store.journal.append([{ ...log(a.run, 1), requestIds: ["r"] }])).toEqual([
          { outcome: "appended" },
        ]);
        expect(await store.journal.append([{ ...log(a.run, 2), requestIds: ["r"] }])).toEqual([
          { outcome: "repeated" },
        ]);
        expect(await store.journal.append([{ ...log(b.run, 1), requestIds: ["r"] }])).toEqual([
          { outcome: "appended" },
        ]);
        expect(await store.journal.hasRequest(a.run.id, "r")).toBe(true);
        expect((await store.journal.readRun(a.run.id))?.sequence).toBe(2);
      });

      test("what the host of an epoch sends again is not appended again", async () => {
        const { run } = await start();
        const from = (after: number, epoch: number, sequence: number) => ({
          ...log(run, after),
          host: { epoch, sequence },
        });
        expect(await store.journal.append([from(1, 1, 5)])).toEqual([{ outcome: "appended" }]);
        expect(await store.journal.append([from(2, 1, 5)])).toEqual([{ outcome: "repeated" }]);
        expect(await store.journal.append([from(2, 2, 1)])).toEqual([{ outcome: "appended" }]);
        expect(await store.journal.readHostSequence(run.id, 1)).toBe(5);
        expect(await store.journal.readHostSequence(run.id, 2)).toBe(1);
        expect(await store.journal.readHostSequence(run.id, 3)).toBe(0);
        const { run: silent } = await start();
        const many = [run.id, silent.id, ...Array.from({ length: 1000 }, () => newId("run"))];
        expect([...(await store.journal.readHostSequences(many, 1))]).toEqual([[run.id, 5]]);
        expect((await store.journal.readRuns(many)).map((each) => each.run.id).sort()).toEqual([run.id, silent.id]);
        expect(await store.journal.readRuns([])).toEqual([]);
      });

      test("old runs are removed with all that is recorded of them, a few at a time; open ones never", async () => {
        const ended = async (at: number) => {
          const { run } = await start();
          const over = { ...run, status: RunStatus.SUCCEEDED, endTime: timestampFromMs(at) };
          await store.journal.append([
            { ...log(run, 1), run: over, host: { epoch: 1, sequence: 1 }, requestIds: ["r"] },
          ]);
          await store.journal.writeSnapshot(run.id, create(RunStateSchema, { run, sequence: 2n }));
          return run.id;
        };
        const { run: open } = await start();
        const [oldest, old, young] = [await ended(1000), await ended(2000), await ended(3000)];
        const isThere = async (id: string) => (await store.journal.readRun(id)) !== undefined;
        expect(await store.journal.removeRuns(3000, 1)).toBe(1);
        expect([await isThere(oldest), await isThere(old)]).toEqual([false, true]);
        expect(await store.journal.readEvents(oldest, 0, { kinds: "all" })).toEqual([]);
        expect(await store.journal.readSnapshot(oldest)).toBeUndefined();
        expect(await store.journal.hasRequest(oldest, "r")).toBe(false);
        expect(await store.journal.removeRuns(3000, 10)).toBe(1);
        expect(await store.journal.removeRuns(3000, 10)).toBe(0);
        expect([await isThere(young), await isThere(open.id)]).toEqual([true, true]);
      });

      test("an append updates what lists read", async () => {
        const { run } = await start();
        const ended = { ...run, status: RunStatus.SUCCEEDED, endTime: timestampFromMs(2000) };
        await store.journal.append([{ ...log(run, 1), run: ended, hostInstanceId: "one" }]);
        expect(await store.journal.readRun(run.id)).toMatchObject({
          run: { status: RunStatus.SUCCEEDED },
          sequence: 2,
          hostInstanceId: "one",
        });
        expect(await store.journal.listOpenRuns()).toEqual([]);
      });

      test("events are read after a sequence, log lines apart", async () => {
        const { run } = await start();
        await store.journal.append([
          { ...log(run, 1), events: [logEvent(2), beganEvent(3), logEvent(4), logEvent(5)], run },
        ]);
        const read = async (...options: [number, Parameters<Store["journal"]["readEvents"]>[2]?]) =>
          (await store.journal.readEvents(run.id, ...options)).map(({ sequence }) => Number(sequence));
        expect(await read(0)).toEqual([1, 3]);
        expect(await read(1, { kinds: "all" })).toEqual([2, 3, 4, 5]);
        expect(await read(2, { kinds: "logs" })).toEqual([4, 5]);
      });

      test("log lines are read in pages from either end, each line once", async () => {
        const { run } = await start();
        const lines = Array.from({ length: 40 }, (_, i) => (i % 4 === 1 ? beganEvent(i + 2) : logEvent(i + 2)));
        await store.journal.append([{ ...log(run, 1), events: lines, run }]);
        const wanted = lines.filter(({ kind }) => kind.case === "logged").map(({ sequence }) => sequence);
        const query = { kinds: "logs" as const, after: 0, limit: 7, bytes: 10_000 };
        const forwards: bigint[] = [];
        for (let after: number | undefined = 0; after !== undefined; ) {
          const page: EventPage = await store.journal.readEventPage(run.id, { ...query, after });
          forwards.push(...page.events.map(({ sequence }) => sequence));
          after = page.next && Number(forwards.at(-1));
        }
        expect(forwards).toEqual(wanted);
        const backwards: bigint[] = [];
        for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined; ) {
          const page: EventPage = await store.journal.readEventPage(run.id, { ...query, before });
          backwards.unshift(...page.events.map(({ sequence }) => sequence));
          before = page.next && Number(backwards[0]);
        }
        expect(backwards).toEqual(wanted);
        expect(await store.journal.countLogs(run.id, 20)).toBe(wanted.filter((sequence) => sequence <= 20n).length);
      });

      test("a page of events closes at its bytes, and has the beginning of large log lines", async () => {
        const { run } = await start();
        const line = (sequence: number, text: string) =>
          event(sequence, { case: "logged", value: { values: [toValue(text)] } });
        const large = Array.from({ length: 10 }, (_, i) => line(i + 2, `${i}${"x".repeat(100_000)}`));
        await store.journal.append([{ ...log(run, 1), events: large, run }]);
        const query = { after: 0, limit: 50, bytes: 30_000 };
        const whole = await store.journal.readEventPage(run.id, { ...query, kinds: "all" });
        expect([whole.events.map(({ sequence }) => sequence), whole.next]).toEqual([[1n], 2]);
        const oneFits = await store.journal.readEventPage(run.id, { ...query, kinds: "all", after: 1 });
        expect([oneFits.events, oneFits.next]).toEqual([[large[0]], 3]);
        const { events, next } = await store.journal.readEventPage(run.id, { ...query, kinds: "logs" });
        expect([events.length, next]).toEqual([7, 9]);
        for (const each of events)
          expect(toBinary(RunEventSchema, each).length).toBeLessThan(limits.logLineBytes + 100);
        expect(await store.journal.readLogLine(run.id, 3)).toEqual(large[1]);
        expect(await store.journal.readLogLine(run.id, 1)).toBeUndefined();
      });

      test("the newest snapshot is kept", async () => {
        const { run } = await start();
        expect(await store.journal.readSnapshot(run.id)).toBeUndefined();
        const first = foldRun([startedEvent(run)]);
        const second: RunState = { ...first, sequence: 500n };
        await store.journal.writeSnapshot(run.id, second);
        await store.journal.writeSnapshot(run.id, first);
        expect(await store.journal.readSnapshot(run.id)).toEqual({ ...emptyRunState(), ...second });
      });
    });

    describe("lists of runs", () => {
      const query = (more: Partial<RunQuery> = {}): RunQuery => ({
        organizationId: scope.organizationId,
        environmentId: scope.environmentId,
        scopeUserId: null,
        startedByUserId: null,
        filter: create(RunFilterSchema),
        pageSize: 50,
        pageToken: "",
        ...more,
      });
      const ids = async (more?: Partial<RunQuery>) =>
        (await store.journal.listRuns(query(more))).records.map(({ run }) => run.id);

      test("pages go from the newest to the oldest, each run once, also while new ones are started", async () => {
        const made: string[] = [];
        for (let i = 0; i < 7; i++) made.unshift((await start()).run.id);
        const seen: string[] = [];
        for (let pageToken = "", pages = 0; pages === 0 || pageToken; pages++) {
          const page = await store.journal.listRuns(query({ pageSize: 3, pageToken }));
          seen.push(...page.records.map(({ run }) => run.id));
          pageToken = page.nextPageToken;
          if (pages === 0) await start();
        }
        expect(seen).toEqual(made);
      });

      test("a full last page leads nowhere", async () => {
        await start();
        expect((await store.journal.listRuns(query({ pageSize: 1 }))).nextPageToken).toBe("");
      });

      test("rows hold no parameters, however large, and no more than the beginning of a name", async () => {
        const params = { text: toValue("x".repeat(500_000)) };
        const run = create(RunSchema, { ...newRun("large"), actionName: "n".repeat(5000), params });
        const record = { run, scope, startedByUserId: null, sequence: 1, hostInstanceId: null };
        await store.journal.createRun(record, [startedEvent(run)], "large", "user_1");
        await store.journal.append([{ ...log(run, 1), run }]);
        const listed = [
          (await store.journal.listRuns(query())).records[0]?.run,
          (await store.journal.readRun(run.id))?.run,
          (await store.journal.listOpenRuns())[0]?.run,
        ];
        for (const each of listed) {
          expect(each?.id).toBe(run.id);
          expect(toBinary(RunSchema, each ?? create(RunSchema)).length).toBeLessThan(1000);
        }
        const [started] = await store.journal.readEvents(run.id, 0);
        expect(started).toEqual(startedEvent(run));
      });

      const filter = (init: MessageInitShape<typeof RunFilterSchema>) => create(RunFilterSchema, init);

      test("filters hold before the page is cut", async () => {
        const mine = await start({ startedByUserId: "user_1" }, "refund");
        for (let i = 0; i < 3; i++) await start();
        const failed = await start();
        const run = { ...failed.run, status: RunStatus.FAILED };
        await store.journal.append([{ ...log(failed.run, 1), run }]);
        expect(await ids({ startedByUserId: "user_1", pageSize: 1 })).toEqual([mine.run.id]);
        expect(await ids({ filter: filter({ action: "refund" }), pageSize: 1 })).toEqual([mine.run.id]);
        const statuses = [RunStatus.FAILED, RunStatus.CANCELED];
        expect(await ids({ filter: filter({ statuses }) })).toEqual([failed.run.id]);
      });

      describe("filtered", () => {
        const filters: Array<[string, MessageInitShape<typeof RunFilterSchema>, number[]]> = [
          ["nothing", {}, [5, 4, 3, 2, 1, 0]],
          ["a status", { statuses: [RunStatus.FAILED] }, [2, 1]],
          ["two statuses", { statuses: [RunStatus.FAILED, RunStatus.SUCCEEDED] }, [3, 2, 1]],
          ["an action", { action: "users" }, [5]],
          ["what is below a page", { page: "users" }, [3, 1]],
          ["a page that only begins so", { page: "user" }, []],
          ["a person", { startedBy: "user_ann" }, [2, 0]],
          ["a trigger", { triggers: [RunTrigger.SCHEDULE] }, [4]],
          ["a time from", { startedAfter: timestampFromMs(3000) }, [5, 4, 3]],
          ["a time until", { startedBefore: timestampFromMs(3000) }, [2, 1, 0]],
          ["all of it", { startedBy: "user_ann", statuses: [RunStatus.FAILED], page: "orders" }, [2]],
        ];
        const runs: Array<[action: string, status: RunStatus, trigger: RunTrigger, startedBy: string | null]> = [
          ["hello", RunStatus.RUNNING, RunTrigger.OPERATOR, "user_ann"],
          ["users/create", RunStatus.FAILED, RunTrigger.OPERATOR, "user_bob"],
          ["orders/refund", RunStatus.FAILED, RunTrigger.API, "user_ann"],
          ["users/billing/invoice", RunStatus.SUCCEEDED, RunTrigger.OPERATOR, "user_bob"],
          ["hello", RunStatus.CANCELED, RunTrigger.SCHEDULE, null],
          ["users", RunStatus.RUNNING, RunTrigger.OPERATOR, "user_bob"],
        ];

        test.each(filters)("by %s, as the schema's own reading says", async (_what, init, wanted) => {
          const records: RunRecord[] = [];
          for (const [i, [action, status, trigger, startedByUserId]] of runs.entries()) {
            const run = { ...newRun(action), status, trigger, startTime: timestampFromMs(i * 1000) };
            records.push(await start({ run, startedByUserId }));
          }
          const by = filter(init);
          expect((await ids({ filter: by })).map((id) => records.findIndex(({ run }) => run.id === id))).toEqual(
            wanted,
          );
          const read = records.filter(({ run, startedByUserId }) => fitsFilter(by, run, startedByUserId));
          expect(read.map((record) => records.indexOf(record)).reverse()).toEqual(wanted);
        });
      });

      test("a text is found in names, parameters, answers and results, from the append on that says it", async () => {
        const user = { id: "user_1", firstName: "Zoë", lastName: "Müller", email: "zoe@example.com" };
        const params = { order: toValue("A-4711"), nested: toValue({ secretName: [12.5, "100%_sure"] }) };
        const startedBy = create(ActorSchema, { kind: { case: "user", value: user } });
        const run = create(RunSchema, { ...newRun("orders/refund"), actionName: "Refund", startedBy, params });
        await start({ run });
        const other = await start();
        const found = (text: string) => ids({ filter: filter({ text }) });
        for (const text of ["refund", "ORDERS/ref", "zoe muller", "zoë", "4711", "12.5", "100%_S", run.id.slice(8)]) {
          expect(await found(text), text).toEqual([run.id]);
        }
        for (const text of ["refund ann", "100__s", "a%1", "secretName", "'", "Ada"]) {
          expect(await found(text), text).toEqual([]);
        }
        expect(await found(" ")).toEqual([other.run.id, run.id]);

        const value = { kind: { case: "inputText" as const, value: { text: "Ada Lovelace" } } };
        const file = { assetId: "asset_17", downloadUrl: "https://example.com/signed", name: "receipt.pdf" };
        const files = { kind: { case: "inputFile" as const, value: { files: [file] } } };
        const answer = create(IoAnswerSchema, { values: { name: value, files } });
        const submitted = event(2, { case: "submitted", value: { callKey: "c", answer } });
        const success = { result: toValue({ receipt: "R-99" }) };
        const finished = event(3, { case: "finished", value: { outcome: { case: "success", value: success } } });
        await store.journal.append([{ ...log(run, 1), events: [submitted, finished] }]);
        for (const text of ["ada love", "receipt.pdf", "r-99", "refund ada 4711"]) {
          expect(await found(text), text).toEqual([run.id]);
        }
        for (const text of ["signed", "asset_17"]) expect(await found(text), text).toEqual([]);
        const both = [run.id, other.run.id];
        expect(await store.journal.findByText(both, "lovelace")).toEqual(new Set([run.id]));
        expect(await store.journal.findByText(both, "")).toEqual(new Set(both));
      });

      test("what a run is found by has an end, which its name never falls off", async () => {
        const { run } = await start({}, "refund");
        for (let i = 0; i < 40; i++) {
          const text = `word${i} `.repeat(30);
          const values = { text: { kind: { case: "inputText" as const, value: { text } } } };
          const answer = create(IoAnswerSchema, { values });
          const submitted = event(i + 2, { case: "submitted", value: { callKey: "c", answer } });
          await store.journal.append([{ ...log(run, i + 1), events: [submitted] }]);
        }
        const found = async (text: string) => (await ids({ filter: filter({ text }) })).length;
        expect([await found("refund"), await found("word3"), await found("word39")]).toEqual([1, 1, 0]);
      });

      test("offers the actions and people of the runs within reach, those of the last run first", async () => {
        const one = async (action: string, actionName: string, id: string, firstName: string) => {
          const startedBy = create(ActorSchema, { kind: { case: "user", value: { id, firstName } } });
          const run = { ...newRun(action), actionName, startedBy };
          await start({ run, startedByUserId: id });
        };
        await one("refund", "Refund", "user_ann", "Ann");
        await one("hello", "Hello", "user_bob", "Bob");
        await one("refund", "Refund a customer", "user_ann", "Anna");
        await start({}, "scheduled");
        const facets = async (startedByUserId: string | null, limit = 10) => {
          const { actions, people } = await store.journal.readRunFacets({ ...query(), startedByUserId }, limit);
          return [actions.map(({ path, name }) => `${path}: ${name}`), people.map(({ firstName }) => firstName)];
        };
        const refund = "refund: Refund a customer";
        expect(await facets(null)).toEqual([
          ["scheduled: ", refund, "hello: Hello"],
          ["Anna", "Bob"],
        ]);
        expect(await facets("user_bob")).toEqual([["hello: Hello"], ["Bob"]]);
        expect(await facets(null, 1)).toEqual([["scheduled: "], ["Anna"]]);
      });

      test("a page token is good for its own filter alone, whatever the size of the page", async () => {
        for (let i = 0; i < 3; i++) await start({}, "refund");
        const refunds = filter({ action: "refund" });
        const { nextPageToken: pageToken } = await store.journal.listRuns(query({ filter: refunds, pageSize: 1 }));
        expect(await ids({ filter: refunds, pageToken })).toHaveLength(2);
        await expect(ids({ pageToken })).rejects.toThrow(/belongs to another filter/);
        await expect(ids({ filter: refunds, environmentId: "env_2", pageToken })).rejects.toThrow(PageTokenError);
      });

      test("shows nothing of another organization, environment or person's development", async () => {
        const here = await start();
        const other = await store.people.createOrganization({ slug: "other", name: "Other" });
        const elsewhere = await store.people.findEnvironment(other.id, "production");
        await start({ scope: { organizationId: other.id, environmentId: elsewhere?.id ?? "", userId: null } });
        const development = await store.people.findEnvironment(scope.organizationId, "development");
        const personal = { ...scope, environmentId: development?.id ?? "" };
        const ann = await start({ scope: { ...personal, userId: "user_ann" } });
        await start({ scope: { ...personal, userId: "user_bob" } });
        expect(await ids()).toEqual([here.run.id]);
        expect(await ids({ environmentId: personal.environmentId, scopeUserId: "user_ann" })).toEqual([ann.run.id]);
        expect(await ids({ environmentId: personal.environmentId })).toEqual([]);
      });

      test("a page token that is not ours is refused", async () => {
        for (const pageToken of ["x", "%%%", Buffer.from("run_1' or 1=1 --").toString("base64url")]) {
          await expect(store.journal.listRuns(query({ pageToken }))).rejects.toThrow(PageTokenError);
        }
      });

      test("open runs come oldest first", async () => {
        const made = [await start(), await start()];
        expect((await store.journal.listOpenRuns()).map(({ run }) => run.id)).toEqual(made.map(({ run }) => run.id));
      });
    });

    describe("people", () => {
      test("an organization begins with production and a personal development environment", async () => {
        const environments = await store.people.listEnvironments(scope.organizationId);
        expect(environments.map(({ slug, personal }) => [slug, personal])).toEqual([
          ["production", false],
          ["development", true],
        ]);
        const staging = { organizationId: scope.organizationId, slug: "staging", name: "Staging" };
        const made = await store.people.createEnvironment(staging);
        expect(await store.people.createEnvironment(staging)).toEqual(made);
        expect(await store.people.readEnvironment(made.id)).toEqual(made);
        await expect(store.people.createOrganization({ slug: "acme", name: "Again" })).rejects.toThrow();
        expect(await store.people.listOrganizations()).toHaveLength(1);
      });

      test("a person has a role in each organization", async () => {
        const userId = await opened.createPerson("ann@example.com");
        expect(await store.people.listMemberships(userId)).toEqual([]);
        await store.people.setMember({ organizationId: scope.organizationId, userId, role: Role.MEMBER });
        await store.people.setMember({ organizationId: scope.organizationId, userId, role: Role.ADMIN });
        expect(await store.people.listMemberships(userId)).toEqual([
          { organization: { id: scope.organizationId, slug: "acme", name: "Acme" }, role: Role.ADMIN, teams: [] },
        ]);
        expect((await store.people.findPersonByEmail("Ann@Example.com"))?.id).toBe(userId);
        expect(await store.people.findPersonByEmail("bob@example.com")).toBeUndefined();
        expect(await store.people.countPeople()).toBe(1);
      });
    });

    describe("members", () => {
      const member = async (email: string, role: Role) => {
        const userId = await opened.createPerson(email);
        await store.people.setMember({ organizationId: scope.organizationId, userId, role });
        return { organizationId: scope.organizationId, userId };
      };
      const listed = async () =>
        (await store.people.listMembers(scope.organizationId)).map(({ person, role }) => [person.email, role]);

      test("are listed by address, and change their role", async () => {
        const bob = await member("bob@example.com", Role.MEMBER);
        await member("ann@example.com", Role.OWNER);
        expect(await store.people.changeRole({ ...bob, role: Role.ADMIN })).toBe("changed");
        expect(await listed()).toEqual([
          ["ann@example.com", Role.OWNER],
          ["bob@example.com", Role.ADMIN],
        ]);
        expect(await store.people.changeRole({ ...bob, userId: "user_0", role: Role.ADMIN })).toBe("no member");
      });

      test("the last owner stays, and stays the owner", async () => {
        const ann = await member("ann@example.com", Role.OWNER);
        expect(await store.people.changeRole({ ...ann, role: Role.ADMIN })).toBe("last owner");
        expect(await store.people.removeMember(ann)).toBe("last owner");
        expect(await store.people.changeRole({ ...ann, role: Role.OWNER })).toBe("changed");
        await member("bob@example.com", Role.OWNER);
        expect(await store.people.removeMember(ann)).toBe("changed");
        expect(await listed()).toEqual([["bob@example.com", Role.OWNER]]);
      });

      test("who is removed loses personal keys and, with the last organization, everything but runs", async () => {
        const ann = await member("ann@example.com", Role.DEVELOPER);
        const other = await store.people.createOrganization({ slug: "other", name: "Other" });
        const there = { ...ann, organizationId: other.id };
        await store.people.setMember({ ...there, role: Role.MEMBER });
        const personal = { ...scope, userId: ann.userId };
        const { key } = await store.keys.createKey({
          kind: "host",
          scope: personal,
          createdByUserId: ann.userId,
          label: "",
        });
        const { run } = await start({ startedByUserId: ann.userId });
        expect(await store.people.removeMember(ann)).toBe("changed");
        expect(await store.people.removeMember(ann)).toBe("no member");
        expect(await store.keys.findKey(key)).toBeUndefined();
        expect((await store.people.readPerson(ann.userId))?.email).toBe("ann@example.com");
        expect(await store.people.removeMember(there)).toBe("changed");
        expect(await store.people.readPerson(ann.userId)).toBeUndefined();
        expect((await store.journal.readRun(run.id))?.startedByUserId).toBe(ann.userId);
      });
    });

    describe("keys", () => {
      test("a key is found by itself alone, and its visible start says what it is for", async () => {
        const { key, record } = await store.keys.createKey({
          kind: "program",
          scope,
          createdByUserId: null,
          label: "CI",
        });
        expect(key).toMatch(/^prog_[0-9A-Za-z]{43}$/);
        expect(key.startsWith(record.prefix)).toBe(true);
        expect(record.prefix).toHaveLength(12);
        expect(record).toMatchObject((await store.keys.findKey(key)) ?? {});
        expect(record).toMatchObject({ kind: "program", scope, label: "CI", lastUsedAt: null });
        expect(await store.keys.findKey(record.prefix)).toBeUndefined();
        expect(await store.keys.findKey(`${key}x`)).toBeUndefined();
      });

      test("a personal key belongs to its person", async () => {
        const userId = await opened.createPerson("ann@example.com");
        const personal = { ...scope, userId };
        const { key } = await store.keys.createKey({
          kind: "host",
          scope: personal,
          createdByUserId: userId,
          label: "",
        });
        expect(key).toMatch(/^dev_/);
        expect((await store.keys.findKey(key))?.scope).toEqual(personal);
      });

      test("a revoked key is unknown", async () => {
        const { key, record } = await store.keys.createKey({ kind: "host", scope, createdByUserId: null, label: "" });
        await store.keys.revokeKey(record.id);
        expect(await store.keys.findKey(key)).toBeUndefined();
        expect(await store.keys.readKey(record.id)).toMatchObject({ id: record.id, scope });
      });

      test("the keys of an organization are listed, newest first, without revoked ones and those of others", async () => {
        const userId = await opened.createPerson("ann@example.com");
        const other = await store.people.createOrganization({ slug: "other", name: "Other" });
        const make = async (kind: KeyKind, of: Scope) =>
          (await store.keys.createKey({ kind, scope: of, createdByUserId: null, label: "" })).record;
        const shared = await make("host", scope);
        const revoked = await make("host", scope);
        const personal = await make("program", { ...scope, userId });
        await make("host", { ...scope, organizationId: other.id });
        await store.keys.revokeKey(revoked.id);
        expect(await store.keys.listKeysOf(scope.organizationId)).toEqual([personal, shared]);
      });

      test("the keys of a scope are listed and counted, newest first, without revoked ones and those of others", async () => {
        const userId = await opened.createPerson("ann@example.com");
        const personal: Scope = { ...scope, userId };
        const make = async (label: string, of = personal) =>
          (await store.keys.createKey({ kind: "host", scope: of, createdByUserId: userId, label })).record;
        const [first, revoked, last] = [await make("first"), await make("revoked"), await make("last")];
        await make("live", scope);
        await store.keys.revokeKey(revoked.id);
        const page = await store.keys.listKeys({ scope: personal, pageSize: 1, pageToken: "" });
        expect(page.keys).toEqual([last]);
        const next = await store.keys.listKeys({ scope: personal, pageSize: 1, pageToken: page.nextPageToken });
        expect(next).toEqual({ keys: [first], nextPageToken: "" });
        expect(await store.keys.countKeys(personal)).toBe(2);
        const asked = store.keys.listKeys({ scope: personal, pageSize: 1, pageToken: "x" });
        await expect(asked).rejects.toThrow(PageTokenError);
      });

      test("a key that is asked for again takes the place of the one before", async () => {
        const userId = await opened.createPerson("ann@example.com");
        const wanted = {
          kind: "host" as const,
          scope: { ...scope, userId },
          createdByUserId: userId,
          label: "laptop",
          requestId: "r",
        };
        const [first, again] = [await store.keys.createKey(wanted), await store.keys.createKey(wanted)];
        expect(await store.keys.findKey(first.key)).toBeUndefined();
        expect((await store.keys.findKey(again.key))?.label).toBe("laptop");
        expect(await store.keys.countKeys(wanted.scope)).toBe(1);
      });
    });

    describe("settings of actions", () => {
      test("are given back as they were last written, by scope and path", async () => {
        const own = { ...scope, userId: await opened.createPerson("ann@example.com") };
        const write = (of: Scope, archived: boolean, path = "users/refund") =>
          store.settings.writeActionSetting({ scope: of, path, archived });
        expect(await store.settings.listActionSettings()).toEqual([]);
        await write(scope, true);
        await write(own, true);
        await write(own, false);
        await write(scope, true, "hello");
        expect(await store.settings.listActionSettings()).toEqual(
          expect.arrayContaining([
            { scope, path: "users/refund", archived: true },
            { scope: own, path: "users/refund", archived: false },
            { scope, path: "hello", archived: true },
          ]),
        );
      });
    });

    describe("assets", () => {
      const asset = (runId: string, more: Partial<AssetRecord> = {}): AssetRecord => {
        const id = newId("asset");
        return {
          id,
          runId,
          callKey: "call",
          componentKey: "file",
          uploader: { kind: "operator", id: "user_1" },
          name: "a.txt",
          mediaType: "text/plain",
          size: 10,
          received: 0,
          complete: false,
          kept: false,
          storageKey: `${runId}/${id}`,
          storageState: "",
          createdAt: 1000,
          organizationId: "org_1",
          ...more,
        };
      };
      const add = async (runId: string, more?: Partial<AssetRecord>) =>
        store.assets.createAsset(asset(runId, more), newId("asset"));

      test("gives back an asset as it was stored", async () => {
        const { run } = await start();
        const made = asset(run.id, { size: 5 * 2 ** 30, uploader: { kind: "host", id: "instance" }, kept: true });
        expect(await store.assets.createAsset(made, "r")).toEqual(made);
        expect(await store.assets.readAsset(made.id)).toEqual(made);
        expect(await store.assets.readAssets([made.id, newId("asset")])).toEqual([made]);
        expect(await store.assets.readAssets([])).toEqual([]);
        expect(await store.assets.readAsset(newId("asset"))).toBeUndefined();
      });

      test("a request adds one asset, for its run and uploader", async () => {
        const [a, b] = await Promise.all([start(), start()]);
        const first = asset(a.run.id);
        const other = asset(a.run.id, { uploader: { kind: "operator", id: "user_2" } });
        const repeated = [first, asset(a.run.id), other, asset(b.run.id)];
        const made = await Promise.all(repeated.map((each) => store.assets.createAsset(each, "r")));
        const ids = new Set(made.map(({ id }) => id));
        expect(ids.size).toBe(3);
        expect(made[0]?.id).toBe(made[1]?.id);
      });

      test("bytes arrive one after the other: of two that begin at the same place one is noted", async () => {
        const { run } = await start();
        const { id } = await add(run.id);
        const to = { received: 4, complete: false, storageState: "half" };
        const outcomes = await Promise.all([
          store.assets.advanceAsset(id, 0, to),
          store.assets.advanceAsset(id, 0, { ...to, received: 6 }),
        ]);
        expect(outcomes.sort()).toEqual([false, true]);
        const { received = 0 } = (await store.assets.readAsset(id)) ?? {};
        expect(await store.assets.advanceAsset(id, received, { received: 10, complete: true, storageState: "" })).toBe(
          true,
        );
        expect(await store.assets.advanceAsset(id, 10, to)).toBe(false);
        expect(await store.assets.readAsset(id)).toMatchObject({ received: 10, complete: true });
      });

      test("forgotten are old ones that were not completed or not submitted, and those of runs that are gone", async () => {
        const { run } = await start();
        const done = { received: 10, complete: true };
        const unsubmitted = await add(run.id, done);
        const unfinished = await add(run.id, { kept: true });
        const submitted = await add(run.id, done);
        await add(run.id, { ...done, createdAt: 3000 });
        await add(run.id, { ...done, kept: true });
        const orphan = await add(newId("run"), { ...done, kept: true, createdAt: 3000 });
        await store.assets.keepAssets([submitted.id]);
        await store.assets.keepAssets([]);
        const forgotten = async (limit = 10) =>
          (await store.assets.listForgottenAssets(2000, limit)).map(({ id }) => id);
        expect(await forgotten()).toEqual([unsubmitted.id, unfinished.id, orphan.id]);
        expect(await forgotten(1)).toEqual([unsubmitted.id]);
        expect((await store.assets.listForgottenAssets(2000, 10, unsubmitted.id)).map(({ id }) => id)).toEqual([
          unfinished.id,
          orphan.id,
        ]);
        await store.assets.removeAsset(orphan.id);
        expect(await forgotten()).toEqual([unsubmitted.id, unfinished.id]);
      });
    });

    test("what assets take is counted by run, uploader and organization; bytes that never came are released", async () => {
      const { run } = await start();
      const organizationId = newId("org");
      const base = { callKey: "", componentKey: "", name: "", mediaType: "", storageState: "", kept: false };
      const ann = { kind: "operator" as const, id: "ann" };
      const bob = { kind: "operator" as const, id: "bob" };
      const add = (runId: string, uploader: typeof ann, size: number, createdAt: number) => {
        const id = newId("asset");
        const some = { ...base, id, runId, uploader, size, received: 0, complete: false, storageKey: id, createdAt };
        return store.assets.createAsset({ ...some, organizationId }, id);
      };
      const idle = await add(run.id, ann, 100, 1000);
      await add(run.id, ann, 10, 3000);
      await add(newId("run"), bob, 1, 3000);
      const usage = (of: object) => store.assets.usage({ organizationId, ...of }, 2000);
      expect(await usage({})).toEqual({ files: 2, bytes: 11 });
      expect(await usage({ runId: run.id })).toEqual({ files: 1, bytes: 10 });
      expect(await usage({ uploader: bob })).toEqual({ files: 1, bytes: 1 });
      await store.assets.advanceAsset(idle.id, 0, { received: 50, complete: false, storageState: "" });
      expect(await usage({ uploader: ann })).toEqual({ files: 2, bytes: 110 }); // it is coming in again
      expect(await store.assets.usage({ organizationId: "other" }, 0)).toEqual({ files: 0, bytes: 0 });
    });

    test("a run of many events is removed whole", async () => {
      const { run } = await start();
      let after = 1;
      for (let i = 0; i < 3; i++) {
        const events = Array.from({ length: 400 }, (_, j) =>
          create(RunEventSchema, { sequence: BigInt(after + 1 + j), kind: { case: "loading", value: {} } }),
        );
        const over = { ...run, status: RunStatus.SUCCEEDED, endTime: timestampFromMs(1) };
        const append = { runId: run.id, after, events, run: over, hostInstanceId: null };
        expect(await store.journal.append([append])).toEqual([{ outcome: "appended" }]);
        after += events.length;
      }
      expect(await store.journal.removeRuns(2, 100)).toBe(1);
      expect(await store.journal.readRun(run.id)).toBeUndefined();
      expect(await store.journal.readEvents(run.id, 0, { kinds: "all" })).toEqual([]);
    });

    test("a healthy store says so", async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

function newRun(action: string): Run {
  const startTime = timestampFromMs(1000);
  return create(RunSchema, { id: newId("run"), action, status: RunStatus.RUNNING, startTime });
}

function startedEvent(run: Run): RunEvent {
  return create(RunEventSchema, {
    sequence: 1n,
    time: timestampFromMs(1000),
    kind: { case: "started", value: { run } },
  });
}

function event(sequence: number, kind: NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>): RunEvent {
  return create(RunEventSchema, { sequence: BigInt(sequence), kind });
}

function beganEvent(sequence: number): RunEvent {
  return create(RunEventSchema, { sequence: BigInt(sequence), kind: { case: "began", value: {} } });
}

function logEvent(sequence: number): RunEvent {
  return create(RunEventSchema, { sequence: BigInt(sequence), kind: { case: "logged", value: {} } });
}

/** One more log line of a run. */
function log(run: Run, after: number): Append {
  return { runId: run.id, after, events: [logEvent(after + 1)], run, hostInstanceId: null };
}
