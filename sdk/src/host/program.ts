import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { type Hello, limits } from "@interval/proto";
import { isRecord } from "../io/props.ts";

/** What a host says of its program. */
export type Program = Pick<Hello, "name" | "hostname" | "pid" | "directory">;

/** Where a program is looked for. */
interface Place {
  /** What the program calls itself. */
  name?: string;
  routesDirectory?: string;
  /** The file that was started; unset where there is none. */
  script: string | undefined;
  workingDirectory: string;
}

/**
 * A program, its machine, and its process there. Its directory is that of the nearest package.json with a name; its name is the one that it gives
 * itself, else that package's, else the directory's.
 */
export function findProgram({ name, routesDirectory, script, workingDirectory }: Place): Program {
  const begin = routesDirectory ?? (script && isOwn(script) ? dirname(script) : workingDirectory);
  const found = nearestPackage(begin);
  const directory = found?.directory ?? begin;
  return {
    name: (name ?? found?.name ?? basename(directory)).slice(0, limits.hostName).toWellFormed(),
    hostname: hostname().slice(0, limits.hostName).toWellFormed(),
    pid: process.pid,
    directory: directory.slice(0, limits.hostDirectory).toWellFormed(),
  };
}

/** A file that was started may belong to a tool, such as that of a framework: the program is where the tool was called. */
function isOwn(script: string): boolean {
  return !script.split(sep).includes("node_modules");
}

function nearestPackage(begin: string): { name: string; directory: string } | undefined {
  for (let directory = begin; ; directory = dirname(directory)) {
    const name = nameIn(join(directory, "package.json"));
    if (name !== undefined) return { name, directory };
    if (dirname(directory) === directory) return undefined;
  }
}

function nameIn(file: string): string | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(json) && typeof json.name === "string" && json.name !== "" ? json.name : undefined;
  } catch {
    return undefined; // there is none, or nobody can read it
  }
}
