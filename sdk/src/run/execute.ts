import { create } from "@bufbuild/protobuf";
import {
  isTimeZone,
  type LeftOut,
  type Link,
  LogLevel,
  leftOutText,
  type RunFinished,
  RunFinishedSchema,
  RunSuccessSchema,
  type StartRun,
  toValue,
} from "@interval/proto";
import type { ActionHandler } from "../action.ts";
import { DivergenceError, HostMisuseError } from "../errors.ts";
import { createIo } from "../io/io.ts";
import { toLink } from "../io/link.ts";
import { messageOf } from "../thrown.ts";
import type { ActionCtx } from "./context.ts";
import { toFailure } from "./failure.ts";
import { isInterruption, type Thrown } from "./report.ts";
import type { Run } from "./run.ts";
import { redirectKey } from "./sequence.ts";
import { readStart } from "./start.ts";
import { withAmbient } from "./storage.ts";

type Outcome = RunFinished["outcome"];

/** Runs a handler to its end and says how it ended. It never rejects. */
export async function execute(
  run: Run,
  handler: ActionHandler,
  start: StartRun,
  onThrown: (thrown: Thrown, ctx: ActionCtx) => void,
): Promise<void> {
  let redirect: Link | undefined;
  let redirects = 0;
  const ctx: ActionCtx = {
    ...readStart(run.id, start),
    signal: run.signal,
    loading: run.loading,
    refresh: (key) => run.refresh(key),
    log: (...values) => run.log(LogLevel.INFO, values),
    step: run.steps.take.bind(run.steps),
    now: () => run.steps.note("now", () => new Date()),
    random: () => run.steps.note("random", Math.random),
    redirect: async (target, { replace = false } = {}) => {
      const link = toLink(target, "ctx.redirect");
      if (!link) throw new HostMisuseError("ctx.redirect takes { url } or { route, params }.");
      const before = redirect;
      redirect = link; // at once, since a program need not await this
      const method = "ctx.redirect";
      const reached = run.walk.reach({ what: "redirect", key: redirectKey(++redirects), method, label: "" });
      const known = reached instanceof Promise ? await reached : reached;
      if (known) return run.walk.giveInTurn(known, async () => {});
      try {
        const value = { $typeName: "interval.run.v1.RedirectRequested", link, replace } as const;
        const sent = run.push(method, { case: "redirect", value });
        run.walk.ended();
        await sent;
      } catch (error) {
        redirect = before;
        throw error;
      }
    },
  };
  const zone = start.context?.user?.timeZone ?? "";
  if (zone !== "" && !isTimeZone(zone)) {
    run.warnHost(
      `The operator's time zone "${zone.slice(0, 64)}" is not known to this machine: ctx.user.timeZone is "UTC".`,
    );
  }
  run.onThrown = (thrown) => onThrown(thrown, ctx);
  if (run.replay.cancelRequested) run.cancel(run.replay.cancelRequested);
  let outcome: Outcome;
  try {
    const result: unknown = await withAmbient({ run, ctx, unawaited: (error) => tellUnawaited(run, error) }, () =>
      handler(
        createIo(() => run),
        ctx,
      ),
    );
    await run.reachEnd();
    outcome = redirect
      ? { case: "redirected", value: { $typeName: "interval.run.v1.RunRedirected", link: redirect } }
      : await success(run, result);
  } catch (error) {
    outcome = { case: "failure", value: toFailure(error) };
    const hasDiverged = await run.reachEnd(error).then(
      () => false,
      (late: unknown) => late instanceof DivergenceError,
    );
    // A divergence has ended the run itself, and names this error as its cause.
    if (!hasDiverged) run.tell({ error, origin: "handler" });
  }
  run.tellUnused();
  if (run.canceled)
    outcome = { case: "canceled", value: { $typeName: "interval.run.v1.RunCanceled", by: run.canceled.by } };
  finish(run, outcome);
}

/** A promise was rejected that nobody awaited: it ends neither the run nor its host, but both sides are told. */
function tellUnawaited(run: Run, error: unknown): void {
  run.tell({ error, origin: "unawaited", what: "a promise that nobody awaited" });
  if (!isInterruption(error, run.signal) && !run.isFinished) {
    void run.log(LogLevel.WARNING, [`A promise that nobody awaited was rejected: ${messageOf(error)}`]);
  }
}

/** What cannot be sent is left out with a warning: it never turns success into failure. */
async function success(run: Run, returned: unknown): Promise<Outcome> {
  const nothing = { case: "success" as const, value: create(RunSuccessSchema) };
  if (returned === undefined) return nothing;
  const leftOut: LeftOut[] = [];
  const value = toValue(returned, leftOut);
  for (const each of leftOut) {
    const part = each.path ? `"${each.path}" of the result` : "The result";
    void run.log(LogLevel.WARNING, [`${part} ${leftOutText(each)}`]);
  }
  try {
    const packed = await run.pack(value, "The result");
    const result = "id" in packed ? { storedResult: packed.id } : { result: packed.inline };
    return { case: "success", value: create(RunSuccessSchema, result) };
  } catch (error) {
    if (!run.signal.aborted) void run.log(LogLevel.WARNING, [`The result is left out. ${messageOf(error)}`]);
    return nothing;
  }
}

function finish(run: Run, outcome: Outcome): void {
  try {
    run.finish(create(RunFinishedSchema, { outcome }));
  } catch (error) {
    // Only a link can still be too large for a frame.
    run.finish(create(RunFinishedSchema, { outcome: { case: "failure", value: toFailure(error) } }));
  }
}
