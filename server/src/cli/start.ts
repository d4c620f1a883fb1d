import { Command } from "commander";
import { main } from "../main.ts";
import { handleUncaught } from "./process-policy.ts";

/** `interval start`: runs the server until it is told to stop. */
export function startCommand(): Command {
  return new Command("start")
    .description("Start the server.")
    .option("--port <number>", "the port; 3000 unless PORT says otherwise")
    .option("--data-dir <directory>", "where everything is kept; .interval unless INTERVAL_DATA_DIR says otherwise")
    .option("--print-link", "print a sign-in link also where the output is not a terminal")
    .action(async (options: { port?: string; dataDir?: string; printLink?: boolean }) => {
      const server = await main({ PORT: options.port, INTERVAL_DATA_DIR: options.dataDir });
      handleUncaught(server);
      console.log(`\n  Interval is ready at ${server.url}\n`);
      const link = process.stdout.isTTY || options.printLink ? await server.createSignInLink() : undefined;
      if (link) console.log(`  Sign in (once, within 15 minutes): ${link}\n`);
      process.send?.({ url: server.url });
      stopOnSignal(() => server.close());
    });
}

/** The first signal stops gently, a second one at once. The end of the process that started this one counts as a signal. */
function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("disconnect", () => !stopping && stop());
}
