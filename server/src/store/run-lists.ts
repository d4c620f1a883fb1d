import { toJson } from "@bufbuild/protobuf";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { countWithin, limits, type RunFilter, RunFilterSchema, searchWords } from "@interval/proto";
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import { inPieces } from "./in-pieces.ts";
import { newPageToken, readPageToken } from "./page-token.ts";
import { recordOf, runColumns } from "./run-row.ts";
import type { Database, Db } from "./schema.ts";
import type { JournalStore, RunQuery, RunReach } from "./store.ts";

/** Lists of runs, in any database that Kysely speaks to. What may be seen and what fits is in the WHERE clause, so that pages are full. */
export function runLists(db: Db): Pick<JournalStore, "listRuns" | "findByText" | "readRunFacets"> {
  return {
    async listRuns(query) {
      const { pageSize, pageToken } = query;
      let select = db
        .selectFrom("run")
        .select(runColumns)
        .where((run) => run.and([...within(run, query), ...fits(run, query.filter)]))
        .orderBy("id", "desc")
        .limit(pageSize + 1);
      if (pageToken) select = select.where("id", "<", readPageToken(pageToken, listOf(query)));
      const rows = await select.execute();
      const fitting = countWithin(rows, ({ run }) => run.length, limits.listBytes);
      const page = rows.slice(0, Math.min(pageSize, fitting));
      const last = page.at(-1);
      const nextPageToken = rows.length > page.length && last ? newPageToken(last.id, listOf(query)) : "";
      return { records: page.map(recordOf), nextPageToken };
    },

    async findByText(runIds, text) {
      const found = await inPieces(runIds, (ids) =>
        db
          .selectFrom("run")
          .select("id")
          .where("id", "in", ids)
          .where((run) => run.and(holdsWords(text)))
          .execute(),
      );
      return new Set(found.map(({ id }) => id));
    },

    async readRunFacets(reach, limit) {
      /** The last runs of each, so many at most. */
      const lastOf = async (column: "action" | "started_by_user_id") => {
        const last = await db
          .selectFrom("run")
          .select(({ fn }) => fn.max("id").as("id"))
          .where((run) => run.and([...within(run, reach), run(column, "is not", null)]))
          .groupBy(column)
          .orderBy("id", "desc")
          .limit(limit)
          .execute();
        const read = (ids: readonly string[]) =>
          db.selectFrom("run").select(runColumns).where("id", "in", ids).orderBy("id", "desc").execute();
        return (
          await inPieces(
            last.map(({ id }) => id),
            read,
          )
        ).map((row) => recordOf(row).run);
      };
      const [actions, people] = await Promise.all([lastOf("action"), lastOf("started_by_user_id")]);
      return {
        actions: actions.map(({ action, actionName }) => ({ path: action, name: actionName })),
        people: people.flatMap(({ startedBy }) => (startedBy?.kind.case === "user" ? [startedBy.kind.value] : [])),
      };
    },
  };
}

type Rows = ExpressionBuilder<Database, "run">;

function within(run: Rows, { organizationId, environmentId, scopeUserId, startedByUserId }: RunReach) {
  const conditions = [
    run("removing", "=", 0),
    run("organization_id", "=", organizationId),
    run("environment_id", "=", environmentId),
    run("scope_user_id", scopeUserId === null ? "is" : "=", scopeUserId),
  ];
  return startedByUserId === null ? conditions : [...conditions, run("started_by_user_id", "=", startedByUserId)];
}

/** The same as `fitsFilter` of the protocol, and the text. */
function fits(run: Rows, filter: RunFilter) {
  const { statuses, action, page, startedBy, triggers, startedAfter, startedBefore, text } = filter;
  const conditions = holdsWords(text);
  const add = (is: boolean, condition: () => Expression<SqlBool>) => is && conditions.push(condition());
  add(statuses.length > 0, () => run("status", "in", statuses));
  add(action !== "", () => run("action", "=", action));
  // The next letter after "/" ends the range of what is below the page.
  add(page !== "", () => run.and([run("action", ">", `${page}/`), run("action", "<", `${page}0`)]));
  add(startedBy !== "", () => run("started_by_user_id", "=", startedBy));
  add(triggers.length > 0, () => run("run_trigger", "in", triggers));
  add(startedAfter !== undefined, () => run("start_time", ">=", msOf(startedAfter)));
  add(startedBefore !== undefined, () => run("start_time", "<", msOf(startedBefore)));
  return conditions;
}

function holdsWords(text: string): Expression<SqlBool>[] {
  return searchWords(text).map((word) => {
    const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    return sql<SqlBool>`search like ${pattern} escape '\\'`;
  });
}

function msOf(time: Timestamp | undefined): number {
  return time ? timestampMs(time) : 0;
}

/** What a list of runs holds, as its page tokens remember it. */
function listOf({ organizationId, environmentId, scopeUserId, filter }: RunQuery): readonly unknown[] {
  return [organizationId, environmentId, scopeUserId, toJson(RunFilterSchema, filter)];
}
