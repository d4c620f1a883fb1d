import type { Access } from "./access.ts";
import { isInstance, markBrands } from "./brand.ts";
import { HostMisuseError } from "./errors.ts";
import type { Io } from "./io/io.ts";
import type { ActionCtx } from "./run/context.ts";

/** What an action does. What it returns is the run's result. */
export type ActionHandler = (io: Io, ctx: ActionCtx) => unknown;

/** An action and what is said of it. */
export interface ActionDefinition {
  handler: ActionHandler;
  /** The name shown; by default one made from the slug. */
  name?: string;
  /** A line of explanation, as inline markdown. */
  description?: string;
  /** Whether runs go on without a viewer. */
  backgroundable?: boolean;
  /** Whether it is left out of lists and search; its address still works. */
  unlisted?: boolean;
  /** Whether leaving a run that was touched asks first; true by default. */
  warnOnClose?: boolean;
  /**
   * Whether its runs survive the end of this process: the handler is executed again from its beginning, here or on another host, and is given
   * what was answered before. What it does to other systems belongs in `ctx.step`, so that it is not done again.
   */
  durable?: boolean;
  /** Who may run it; by default as its page says, else everyone in the organization. */
  access?: Access;
}

/**
 * A function that people can run from the dashboard.
 *
 * @example
 * export default new Action(async () => {
 *   const name = await io.input.text("Your name");
 *   return `Hello, ${name}`;
 * });
 */
export class Action {
  static readonly brand = "Action";
  readonly definition: ActionDefinition;

  constructor(action: ActionHandler | ActionDefinition) {
    const definition = typeof action === "function" ? { handler: action } : action;
    if (typeof definition?.handler !== "function") {
      throw new HostMisuseError("new Action() takes a function, or an object with a function as its handler.");
    }
    this.definition = definition;
    markBrands(this, new.target);
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(Action, value);
  }
}
