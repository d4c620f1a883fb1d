import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { newDirectory, root } from "./paths.ts";
import { TestProcess } from "./process.ts";

/** The command lines that run a program. */
export const tsx = join(root, "node_modules/tsx/dist/cli.mjs");

/** Makes a package with files and `@interval/sdk` installed, and returns its directory. */
export async function createPackage(name: string, files: Record<string, string>): Promise<string> {
  const directory = await newDirectory(name);
  const scope = join(directory, "node_modules/@interval");
  await mkdir(scope, { recursive: true });
  await symlink(join(root, "sdk"), join(scope, "sdk"));
  await symlink(join(root, "node_modules/@types"), join(directory, "node_modules/@types"));
  for (const [path, text] of Object.entries({ "package.json": `{ "name": "${name}" }\n`, ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

/** Runs a host program with Node 24 and waits until it has said that it is attached. */
export async function startHost(cwd: string, args: string[], env: Record<string, string> = {}): Promise<TestProcess> {
  const host = new TestProcess(process.execPath, args, { cwd, env: { ...process.env, ...env } });
  await host.printed(attached);
  return host;
}

/** What the SDK prints once the server has accepted the host. */
export const attached = /https?:\/\/\S+\/main\//;
