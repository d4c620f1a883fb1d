// Serves a directory of files on this machine alone, with the headers that the server gives them, and prints where.
import { createServer } from "node:http";
import { securityHeaders } from "../../server/src/http/security-headers.ts";
import { staticFiles } from "../../server/src/http/static-files.ts";

const files = staticFiles(process.argv[2] ?? ".");
const headers = new Headers(securityHeaders());

const server = createServer((request, response) => {
  response.setHeaders(headers);
  if (!files(request, response)) response.writeHead(404).end("There is nothing here.\n");
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`The demo is at http://localhost:${server.address().port}. Stop it with Ctrl-C.`);
});
