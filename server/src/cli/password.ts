import { CommandError } from "./with-store.ts";

/** The password that is written to standard input. */
export async function readPassword(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  const password = text.replace(/\r?\n$/, "");
  if (password.length < 10) throw new CommandError("A password needs at least 10 characters.");
  if (password.length > 128) throw new CommandError("A password has at most 128 characters.");
  return password;
}
