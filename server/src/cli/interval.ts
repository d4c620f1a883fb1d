#!/usr/bin/env node
import { Command } from "commander";
import { ConfigError } from "../config.ts";
import { version } from "../main.ts";
import { devCommand } from "./dev.ts";
import { keyCommand } from "./key.ts";
import { startCommand } from "./start.ts";
import { userCommand } from "./user.ts";
import { CommandError } from "./with-store.ts";

const program = new Command("interval")
  .description("Internal apps from backend code.")
  .version(version)
  .addCommand(startCommand(), { isDefault: true })
  .addCommand(devCommand())
  .addCommand(userCommand())
  .addCommand(keyCommand());

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof CommandError || error instanceof ConfigError;
  console.error(known ? error.message : sayAll(error));
  process.exit(1);
}

/** An error and what caused it, without stacks unless nobody foresaw it. */
function sayAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE")
    return `${error.message}. Stop what uses the port, or set PORT to another one.`;
  return error.message.startsWith("Another server") ? error.message : (error.stack ?? error.message);
}
