import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport, type Transport } from "@connectrpc/connect";
import {
  ActionService,
  ActionSettingsService,
  AnswerRefusalSchema,
  type CatalogEntry,
  checkAnswer,
  FileService,
  type IoFetch,
  KeyService,
  PageService,
  RunService,
  SessionService,
  WatchService,
} from "@interval/proto";
import type { Auth } from "../lib/auth.ts";
import type { SendBytes } from "../lib/send-bytes.ts";
import { createWatchService } from "../transport.ts";
import { WatchClient } from "../watch/watch-client.ts";
import { demoCatalog, demoSession } from "./catalog.ts";
import { demoHosts } from "./demo-hosts.ts";
import { DemoKeys } from "./demo-keys.ts";
import { demoLogLine, listDemoLogs } from "./demo-logs.ts";
import { refreshDemoPage } from "./demo-page.ts";
import { DemoProfile } from "./demo-profile.ts";
import { DemoRun } from "./demo-run.ts";
import { DemoUploads } from "./demo-uploads.ts";
import { DemoWatches } from "./demo-watches.ts";
import { demoPage } from "./pages.ts";
import { demoFacets, listDemoRuns } from "./run-list.ts";
import { demoScripts } from "./scripts.ts";
import { demoSearch } from "./sheets.ts";

const uploads = new DemoUploads();

/** Carries the bytes of the demo's files: nowhere. */
export const sendDemoBytes: SendBytes = uploads.send;

/** Everybody may come in. */
export const demoAuth: Auth = {
  signInByLink: async () => undefined,
  signInByPassword: async () => undefined,
  signOut: async () => undefined,
};

/** A server in memory: the whole dashboard runs on it, without a server and without a host. */
export function createDemoTransport(): Transport {
  const runs = new Map<string, DemoRun>();
  const profile = new DemoProfile();
  const watches = new DemoWatches(runs, profile);
  const keys = new DemoKeys();

  function find(runId: string): DemoRun {
    const run = runs.get(runId);
    if (!run) throw new ConnectError("There is no such run.", Code.NotFound);
    return run;
  }

  return createRouterTransport(({ service }) => {
    service(SessionService, {
      getSession: () => ({ ...demoSession, user: profile.now.user, colorScheme: profile.now.colorScheme }),
      updateProfile: (change) => ({ profile: profile.change(change) }),
    });
    service(ActionService, {
      listActions: () => ({ entries: demoCatalog.filter(({ archived }) => !archived) }),
      getAction: ({ path }) => ({ entry: findAction(path) }),
    });
    service(KeyService, keys.service);
    service(ActionSettingsService, {
      listActionSettings: ({ environment }) => ({ entries: environment === "development" ? demoCatalog : [] }),
      getActionSettings({ path }) {
        const entry = findAction(path);
        const serving = demoHosts.filter(({ draining }) => entry.hostsOnline > 0 && !draining);
        return { entry, settings: { archived: entry.archived }, hostIds: serving.map(({ id }) => id) };
      },
      updateActionSettings({ path, settings }) {
        const entry = findAction(path);
        entry.archived = settings?.archived ?? entry.archived;
        watches.catalogChanged();
        return { settings: { archived: entry.archived } };
      },
    });
    service(RunService, {
      startRun({ action, params, tabId }) {
        if (findAction(action).archived) throw new ConnectError("It is archived.", Code.FailedPrecondition);
        const script = demoScripts[action] ?? [];
        const { route } = findAction(action);
        const actionName = route?.name ?? action;
        const backgroundable = route?.kind.case === "action" && route.kind.value.backgroundable;
        const id = `run_${runs.size + 1}`;
        const run = new DemoRun({ id, action, actionName, tabId, params, script, backgroundable });
        runs.set(id, run);
        watches.added(run);
        return { state: run.state };
      },
      getRun: ({ runId }) => ({ state: find(runId).state }),
      listRuns: (request) => listDemoRuns(runs.values(), request),
      getRunFacets: (request) => demoFacets(runs.values(), request),
      answerCall({ runId, callKey, revision, answer }) {
        const run = find(runId);
        const call = run.state.calls.find(({ call }) => call?.key === callKey)?.call;
        if (!call || !answer) throw new ConnectError("There is no such call.", Code.NotFound);
        const errors = checkAnswer(call, answer);
        if (errors.length > 0) {
          const detail = { desc: AnswerRefusalSchema, value: create(AnswerRefusalSchema, { errors }) };
          throw new ConnectError("The answer breaks the call's rules.", Code.InvalidArgument, undefined, [detail]);
        }
        run.answer(callKey, revision, answer);
        return {};
      },
      cancelRun({ runId }) {
        find(runId).cancel();
        return { state: find(runId).state };
      },
      takeOver({ runId, tabId }) {
        find(runId).takeOver(tabId);
        return { state: find(runId).state };
      },
      // There is nobody else who could have asked.
      decideHandover() {
        throw new ConnectError("Nobody asks to drive this run.", Code.FailedPrecondition);
      },
      fetch: ({ fetch }) => answer(fetch),
      listEvents({ runId, afterSequence, pageSize }) {
        const rest = find(runId).events.slice(Number(afterSequence));
        const events = rest.slice(0, pageSize || 50);
        return { events, hasMore: rest.length > events.length };
      },
      listLogs: (request) => listDemoLogs(find(request.runId), request),
      getLogLine: (request) => demoLogLine(find(request.runId), request),
    });
    service(PageService, {
      fetchPart: ({ fetch }) => answer(fetch),
      refreshPage: ({ pageId }) => refreshDemoPage(pageId) ?? {},
    });
    service(FileService, {
      beginUpload: ({ name, size }) => ({ assetId: uploads.begin(name, Number(size)) }),
    });
    service(WatchService, watches.service);
  });
}

/** What the demo's host answers to what is on screen. */
async function answer(fetch: IoFetch | undefined) {
  if (fetch?.kind.case === "search") {
    const items = await demoSearch(fetch.kind.value).catch((cause: Error) => {
      throw new ConnectError(cause.message, Code.Aborted);
    });
    return { page: { kind: { case: "search" as const, value: { items } } } };
  }
  const page = fetch && demoPage(fetch);
  if (page) return { page };
  throw new ConnectError("The demo serves tables, grids and searches alone.", Code.Unimplemented);
}

function findAction(path: string): CatalogEntry {
  const entry = demoCatalog.find(({ route }) => route?.path === path);
  if (!entry) throw new ConnectError("There is no such action.", Code.NotFound);
  return entry;
}

/** The stream of the demo backend. */
export function createDemoWatch(transport: Transport): WatchClient {
  return new WatchClient(createWatchService(transport));
}
