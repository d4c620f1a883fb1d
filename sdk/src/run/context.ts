import type { Params } from "../io/link.ts";
import type { LoadingControl } from "./loading.ts";
import type { TakeStep } from "./steps.ts";

/** Who runs an action. Where no person does (see `ctx.run.trigger`), id, names and e-mail are empty. */
export interface CtxUser {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  role: "member" | "developer" | "admin" | "owner";
  /** The slugs of the person's teams. */
  teams: string[];
  /** IANA time zone, such as "Europe/Berlin"; "UTC" for a person who has set none, or one that this machine does not know. */
  timeZone: string;
  /** BCP 47 language tag, such as "en-GB"; "en-US" for a person who has set none. */
  locale: string;
}

/** What started a run. */
export type Trigger = "operator" | "queue" | "schedule" | "api" | "agent";

/** Where `ctx.redirect` leads. */
export type RedirectTarget = { url: string } | { route: string; params?: Params } | { action: string; params?: Params };

/** What a handler knows of its run, and can do beside asking. */
export interface ActionCtx {
  user: CtxUser;
  /** The parameters of the run, with the types they were sent with. */
  params: Record<string, ParamValue>;
  /** The environment's slug, such as "production". */
  environment: string;
  organization: { name: string; slug: string };
  action: { slug: string; url: string };
  run: { id: string; trigger: Trigger };
  /** Aborts when the run is canceled or its server has given it up. */
  signal: AbortSignal;
  /** Shows a line beside the run. Takes anything. It never fails; awaiting it keeps a fast program from running ahead. */
  log: (...values: unknown[]) => Promise<void>;
  /** Leads the operator somewhere else once the handler returns. */
  redirect: (target: RedirectTarget, options?: { replace?: boolean }) => Promise<void>;
  /** Says what the program is doing. */
  loading: LoadingControl;
  /**
   * Reads again what the run shows and brings it up to date for all who watch, also after its step: tables and grids with `getData`, or with `data` as
   * a function. Calls that come meanwhile are joined.
   *
   * @param key the `key` of the one component to refresh; by default all of them
   * @throws {HostMisuseError} for a key of nothing that can be read again
   */
  refresh: (key?: string) => Promise<void>;
  /**
   * Does something that must not be done again when a durable action is executed anew, and records what it gave. What is cut off before it was
   * recorded runs again, with the same idempotency key. It gives plain data, as it is recorded; an error is recorded and thrown again too.
   *
   * @example
   * const refund = await ctx.step("refund", ({ idempotencyKey }) => stripe.refunds.create({ charge }, { idempotencyKey }));
   */
  step: TakeStep;
  /** The time. In a durable action it is recorded: executed anew, it gets the same. */
  now: () => Date;
  /** A number from 0 up to 1, exclusive. In a durable action it is recorded: executed anew, it gets the same. */
  random: () => number;
}

/** A parameter of a run. */
export type ParamValue = string | number | boolean | bigint | Date | null | undefined;
