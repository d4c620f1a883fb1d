import { toBinary } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import {
  type AnswerCallRequest,
  CallStatus,
  checkFetch,
  checkKeys,
  countWithin,
  type Driver,
  FailureReason,
  type IoAnswer,
  IoAnswerSchema,
  type IoComponent,
  IoFetchSchema,
  IoPageSchema,
  isOver,
  limits,
  type Run,
  type RunService,
  type RunState,
  RunTrigger,
  type StartRunRequest,
  StartRunRequestSchema,
  setUploadRelays,
} from "@interval/proto";
import { actorOf, canOpen, canSeeRun, canSeeStacks, findPlace, scopeKey, seatOf } from "../domain/access/place.ts";
import type { RelayTarget } from "../domain/assets/addresses.ts";
import { type AnswerOf, type AssetRecords, answerableAssets, assetsOfAnswer } from "../domain/assets/answer.ts";
import { checkSize } from "../domain/check-size.ts";
import {
  AnswerRefusedError,
  DeniedError,
  InvalidError,
  NotFoundError,
  PreconditionError,
  UnavailableError,
} from "../domain/errors.ts";
import type { RunActor } from "../domain/runs/actor.ts";
import { actorId, isSameActor } from "../domain/runs/decide.ts";
import { filterOf, reachIn } from "../domain/runs/run-list.ts";
import { eventWithoutStack, stateWithoutStack } from "../domain/watch/redact.ts";
import { callerOf } from "./caller.ts";
import { pageSizeOf } from "./page-size.ts";
import type { Parts } from "./parts.ts";

export function runService({ config, store, hosts, fetches, runs, addresses }: Parts): ServiceImpl<typeof RunService> {
  /** The run, if the caller may see it. */
  const visible = async (context: HandlerContext, runId: string): Promise<RunActor> => {
    const actor = await runs.find(runId);
    if (!canSeeRun(callerOf(context), actor)) throw new NotFoundError(`There is no run ${runId}.`);
    return actor;
  };
  const settled = async (
    context: HandlerContext,
    actor: RunActor,
    wait: Parameters<typeof waitMs>[0],
    tabId = "",
  ): Promise<{ state: RunState }> => {
    const leave = runs.handovers.look(actor, seat(context, actor, tabId));
    const state = await runs.settle(actor.id, waitMs(wait), context.signal).finally(leave);
    return { state: canSeeStacks(callerOf(context), actor.scope.organizationId) ? state : stateWithoutStack(state) };
  };
  const seat = (context: HandlerContext, { scope }: RunActor, tabId: string): Driver =>
    seatOf(callerOf(context), scope.organizationId, tabId);
  /** Throws unless the caller may run the action of a run. */
  const assertMayRun = async (context: HandlerContext, { state: { run } }: RunActor): Promise<void> => {
    const { organization = "", environment = "", action = "" } = run ?? {};
    const place = await findPlace(callerOf(context), { organization, environment }, store.people);
    const entries = hosts.entries(place.scope);
    if (!entries.has(action))
      throw new UnavailableError(`Who may run "${action}" is known once a host serves it. Try again then.`);
    if (!canOpen(action, entries, place)) throw new DeniedError(`You may not run "${action}", only watch it.`);
  };
  /** Throws for more values than are told that an open call has not asked for, before anything is looked up. Fewer are told with all other faults. */
  const assertAsked = async (
    { id, state }: RunActor,
    { callKey, revision, requestId }: AnswerCallRequest,
    answer: IoAnswer,
  ): Promise<void> => {
    const found = state.calls.find(({ call }) => call?.key === callKey);
    if (!found?.call || found.status !== CallStatus.OPEN || found.revision !== revision) return;
    const errors = checkKeys(found.call, answer);
    // A repeated request is answered as the first one was, whatever is asked by now.
    const isFlood = errors.length > limits.faults;
    const isRepeated = isFlood && requestId !== "" && (await store.journal.hasRequest(id, requestId));
    if (isFlood && !isRepeated) throw new AnswerRefusedError(errors);
  };
  /** What is recorded of the assets that an answer names. From now on those that fit it stay as long as their run. */
  const answeredAssets = async (of: AnswerOf, answer: IoAnswer): Promise<AssetRecords> => {
    const records = new Map((await store.assets.readAssets(assetsOfAnswer(answer))).map((each) => [each.id, each]));
    await store.assets.keepAssets(answerableAssets(answer, of, records));
    return records;
  };
  /** The way through the server to storage that the browser's policy does not let it reach. */
  const relayTo = (target: RelayTarget): string | undefined =>
    config.uploadOrigins.includes(URL.parse(target.to)?.origin ?? "") ? undefined : addresses.relay(target);

  return {
    async startRun(request, context) {
      const caller = callerOf(context);
      checkSize("The request", toBinary(StartRunRequestSchema, request).length, limits.answerBytes);
      const place = await findPlace(caller, request, store.people);
      const { actor, tabId } = seatOf(caller, place.organization.id, request.tabId);
      if (!actor) throw new Error("A seat without anybody.");
      const started = await runs.started(place, actor, request.requestId);
      if (started && canSeeRun(caller, started)) return settled(context, started, request.wait, tabId);
      const entries = hosts.entries(place.scope);
      const entry = entries.get(request.action);
      if (!entry || !canOpen(request.action, entries, place))
        throw new NotFoundError(`There is no action "${request.action}".`);
      if (entry.route?.kind.case !== "action")
        throw new PreconditionError(`"${request.action}" is a page, not an action.`);
      if (entry.archived)
        throw new PreconditionError(`"${request.action}" is archived and cannot be started. An admin can restore it.`);
      const { page, requestId, againFrom } = request;
      const again = againFrom ? await visible(context, againFrom) : undefined;
      if (again && scopeKey(again.scope) !== scopeKey(place.scope))
        throw new NotFoundError(`There is no run ${againFrom}.`);
      const params = again ? paramsAgain(again, request) : request.params;
      const trigger = caller.kind === "program" ? RunTrigger.API : RunTrigger.OPERATOR;
      const state = await runs.start(place, { entry, params, actor, trigger, tabId, page, requestId, againFrom });
      return settled(context, await runs.find(state.run?.id ?? ""), request.wait, tabId);
    },

    async getRun(request, context) {
      return settled(context, await visible(context, request.runId), request.wait);
    },

    async listRuns(request, context) {
      const place = await findPlace(callerOf(context), request, store.people);
      const { records, nextPageToken } = await store.journal.listRuns({
        ...reachIn(place),
        filter: filterOf(request.filter),
        pageSize: pageSizeOf(request.pageSize),
        pageToken: request.pageToken,
      });
      return { runs: records.map(({ run }) => run), nextPageToken };
    },

    async getRunFacets(request, context) {
      const place = await findPlace(callerOf(context), request, store.people);
      const { actions, people } = await store.journal.readRunFacets(reachIn(place), limits.runFacets);
      const starters = people.map(({ id, firstName, lastName, email }) => ({ userId: id, firstName, lastName, email }));
      return { actions: withinList(actions), people: withinList(starters) };
    },

    async answerCall(request, context) {
      const actor = await visible(context, request.runId);
      const { callKey, revision, answer, requestId } = request;
      if (!answer)
        throw new InvalidError("The answer is missing. To leave everything empty, send an answer without values.");
      checkSize("The answer", toBinary(IoAnswerSchema, answer).length, limits.answerBytes);
      await assertAsked(actor, request, answer);
      const by = actorOf(callerOf(context), actor.scope.organizationId);
      const { tabId } = seat(context, actor, request.tabId);
      const assets = await answeredAssets({ runId: actor.id, callKey, by: actorId(by) }, answer);
      await runs.answer(actor.id, { callKey, revision, answer, by, tabId, assets }, requestId);
      if (request.wait) return settled(context, actor, request.wait, tabId);
      runs.handovers.presence.seen(actor.id, seat(context, actor, tabId));
      return {};
    },

    async takeOver(request, context) {
      const actor = await visible(context, request.runId);
      const by = seat(context, actor, request.tabId);
      if (request.ifFree && !runs.handovers.isFree(actor, by)) return settled(context, actor, undefined, by.tabId);
      if (!isSameActor(actor.state.driver?.actor, by.actor)) await assertMayRun(context, actor);
      await runs.handovers.takeOver(actor, by, request.requestId || undefined);
      return settled(context, actor, undefined, by.tabId);
    },

    async decideHandover(request, context) {
      const actor = await visible(context, request.runId);
      const { sequence, outcome, requestId } = request;
      const by = actorOf(callerOf(context), actor.scope.organizationId);
      await runs.handovers.decide(actor, { sequence, outcome, by }, requestId || undefined);
      return settled(context, actor, undefined);
    },

    async cancelRun(request, context) {
      const actor = await visible(context, request.runId);
      await runs.cancel(actor.id, actorOf(callerOf(context), actor.scope.organizationId), request.requestId);
      return settled(context, actor, undefined);
    },

    async fetch(request, context) {
      const actor = await visible(context, request.runId);
      const host = runs.link.hostOf(actor);
      if (!host) {
        if (!isOver(actor.state.run)) throw new UnavailableError("The host is away.");
        throw new PreconditionError("This is no longer live: the host that showed it is gone.");
      }
      const { callKey, componentKey, fetch } = request;
      checkSize("What is asked for", fetch && toBinary(IoFetchSchema, fetch).length, limits.fetchBytes);
      const component = shownComponent(actor.state, callKey, componentKey);
      const fault = checkFetch(component, fetch);
      if (fault) throw new InvalidError(fault);
      const scope = { case: "runId" as const, value: actor.id };
      const page = await fetches.ask(host, scope, { callKey, componentKey, fetch }, context.signal);
      const by = actorId(actorOf(callerOf(context), actor.scope.organizationId));
      if (page) setUploadRelays(IoPageSchema, page, (to) => relayTo({ runId: actor.id, by, to }));
      return { page };
    },

    async listEvents(request, context) {
      const actor = await visible(context, request.runId);
      const { events, next } = await store.journal.readEventPage(actor.id, {
        kinds: "all",
        after: Number(request.afterSequence),
        limit: pageSizeOf(request.pageSize),
        bytes: limits.listBytes,
      });
      const stacks = canSeeStacks(callerOf(context), actor.scope.organizationId);
      return { events: stacks ? events : events.map(eventWithoutStack), hasMore: next !== undefined };
    },

    async listLogs(request, context) {
      const actor = await visible(context, request.runId);
      const { beforeSequence } = request;
      if (beforeSequence < 0n)
        throw new InvalidError(
          `The before_sequence is ${beforeSequence}; it must be a line's, or 2^53 - 1 for the newest.`,
        );
      const { events, next } = await store.journal.readEventPage(actor.id, {
        kinds: "logs",
        after: Number(request.afterSequence),
        before: beforeSequence === 0n ? undefined : Number(beforeSequence),
        limit: pageSizeOf(request.pageSize),
        bytes: limits.listBytes,
      });
      return { lines: events, hasMore: next !== undefined };
    },

    async getLogLine(request, context) {
      const actor = await visible(context, request.runId);
      const line = await store.journal.readLogLine(actor.id, Number(request.sequence));
      if (!line) throw new NotFoundError(`The run has no log line with the sequence ${request.sequence}.`);
      return { line };
    },
  };
}

/** The parameters of a run that is started again. */
function paramsAgain({ id, state: { run, finished } }: RunActor, { action, params }: StartRunRequest): Run["params"] {
  const outcome = finished?.outcome;
  if (outcome?.case !== "failure" || outcome.value.reason !== FailureReason.DIVERGED)
    throw new PreconditionError(
      `The run ${id} has not diverged from its program: start "${action}" without again_from.`,
    );
  if (run?.action !== action)
    throw new InvalidError(`The run ${id} is of the action "${run?.action}", not of "${action}".`);
  if (Object.keys(params).length > 0)
    throw new InvalidError("A run that is started again has the parameters that it had: leave params empty.");
  return run.params;
}

/** What fits into a response of two lists, by the texts that each entry has. */
function withinList<T extends object>(entries: T[]): T[] {
  const sizeOf = (entry: T) => Buffer.byteLength(Object.values(entry).join()) + 20;
  return entries.slice(0, countWithin(entries, sizeOf, limits.listBytes / 2));
}

function waitMs(wait: Parameters<typeof durationMs>[0] | undefined): number {
  return wait ? Math.min(Math.max(0, durationMs(wait)), limits.waitMs) : 0;
}

function shownComponent({ calls }: RunState, callKey: string, componentKey: string): IoComponent {
  const call = calls.find((known) => known.call?.key === callKey)?.call;
  const component = call?.components.find(({ key }) => key === componentKey);
  if (!component)
    throw new NotFoundError(`The run shows nothing under the key "${componentKey}" of the call "${callKey}".`);
  return component;
}
