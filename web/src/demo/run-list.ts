import { Code, ConnectError } from "@connectrpc/connect";
import {
  fitsFilter,
  type GetRunFacetsRequest,
  type ListRunsRequest,
  type Run,
  type RunFilter,
  searchText,
  searchWords,
} from "@interval/proto";
import { demoUser } from "./catalog.ts";
import type { DemoRun } from "./demo-run.ts";

/** Whether a run of the demo fits a filter. */
export function fitsDemo(filter: RunFilter | undefined, { state, events }: DemoRun): boolean {
  if (!state.run || !fitsFilter(filter, state.run, demoUser.id)) return false;
  const text = searchText(events);
  return searchWords(filter?.text ?? "").every((word) => text.includes(word));
}

/** A page of the demo's runs, newest first. */
export function listDemoRuns(runs: Iterable<DemoRun>, request: ListRunsRequest) {
  const { environment, filter, pageSize, pageToken } = request;
  const all = [...runs].filter((run) => run.state.run?.environment === environment && fitsDemo(filter, run)).reverse();
  const start = pageToken ? all.findIndex(({ state }) => state.run?.id === pageToken) + 1 : 0;
  if (pageToken && start === 0)
    throw new ConnectError("The page_token belongs to another filter.", Code.InvalidArgument);
  const page = all.slice(start, start + (pageSize || 50)).flatMap(({ state }) => state.run ?? []);
  return { runs: page, nextPageToken: start + page.length < all.length ? (page.at(-1)?.id ?? "") : "" };
}

/** What the demo's runs can be filtered by. */
export function demoFacets(runs: Iterable<DemoRun>, { environment }: GetRunFacetsRequest) {
  const here = [...runs].flatMap(({ state }): Run[] => (state.run?.environment === environment ? [state.run] : []));
  const names = new Map(here.reverse().map(({ action, actionName }) => [action, actionName]));
  const { id: userId, firstName, lastName, email } = demoUser;
  return {
    actions: [...names].map(([path, name]) => ({ path, name })),
    people: here.length > 0 ? [{ userId, firstName, lastName, email }] : [],
  };
}
