// A process with a server, which fails as its parent says.
import { handleUncaught } from "../cli/process-policy.ts";
import { main } from "../main.ts";

const server = await main();
handleUncaught(server);
process.on("message", (what) => {
  if (what === "reject") void Promise.reject(new Error("Nobody awaits this."));
  if (what === "throw") setImmediate(() => fail("Nobody catches this."));
});
process.send?.(server.url);

function fail(message: string): never {
  throw new Error(message);
}
