import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A place in a program, captured now and read when somebody asks for it: reading is what costs, above all with source maps. */
export interface CallSite {
  stack?: string;
}

/** The frames kept: the method that was called, and who called it. */
const frames = 2;

/**
 * Captures where the program called a public method.
 *
 * @param below the function that calls this; the public method must have called it directly
 */
export function captureCallSite(below: (...args: never[]) => unknown): CallSite {
  const site: CallSite = {};
  const { stackTraceLimit } = Error;
  // By reflection, since a process with frozen intrinsics would throw: there the whole stack is captured.
  Reflect.set(Error, "stackTraceLimit", frames);
  Error.captureStackTrace(site, below);
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  return site;
}

/**
 * File, line and column of a call, relative to the working directory where it lies below it; undefined where the engine does not tell.
 *
 * @example readCallSite(site) // "routes/users/delete.ts:12:20"
 */
export function readCallSite({ stack }: CallSite): string | undefined {
  const lines = typeof stack === "string" ? stack.split("\n").filter((line) => line.startsWith("    at ")) : [];
  const match = /(?:\(|at (?:async )?)([^()]+):(\d+):(\d+)\)?$/.exec(lines[frames - 1] ?? "");
  if (!match) return undefined;
  const [, file = "", line, column] = match;
  return `${shortPath(file)}:${line}:${column}`;
}

function shortPath(file: string): string {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  const below = relative(process.cwd(), path);
  return below === "" || below.startsWith("..") ? path : below.split(sep).join("/");
}
