import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { createConnectTransport } from "@connectrpc/connect-node";
import { backoffMs, HostService, ReceiveRequestSchema, ReceiveResponseBytesSchema } from "@interval/proto";
import { BadResponseError } from "../errors.ts";
import { hear } from "./heard.ts";
import { type LineEnds, reading } from "./line.ts";

/** A stream of what the server says, `HostService.Receive`, and a call for each batch that the host says, `HostService.Send`. */
export async function* http1Line(ends: LineEnds) {
  const { baseUrl, apiKey, hello } = ends;
  const keepAlive = { keepAlive: true };
  const agent = baseUrl.startsWith("https:") ? new TlsAgent(keepAlive) : new Agent(keepAlive);
  const transport = createConnectTransport({ ...reading, baseUrl, httpVersion: "1.1", nodeOptions: { agent } });
  const client = createClient(HostService, transport);
  const failed = new AbortController();
  const headers = { Authorization: `Bearer ${apiKey}` };
  const signal = AbortSignal.any([ends.signal, failed.signal]);
  let isSending = false;
  try {
    const method = { ...HostService.method.receive, output: ReceiveResponseBytesSchema };
    const requests = createAsyncIterable([create(ReceiveRequestSchema, { hello })]);
    const response = await transport.stream(method, signal, undefined, headers, requests);
    for await (const { sessionToken, frames } of response.message) {
      if (!isSending) {
        if (!sessionToken) throw new BadResponseError("The server's first message has no session token.");
        isSending = true;
        sendAll(client, { sessionToken, headers, ...ends, signal }).catch((error: unknown) => failed.abort(error));
      }
      yield hear(frames);
    }
  } catch (error) {
    throw failed.signal.aborted ? failed.signal.reason : error;
  } finally {
    failed.abort();
    agent.destroy(); // ends a call that is under way, too
  }
}

interface Sending extends Pick<LineEnds, "outgoing" | "silenceMs" | "signal"> {
  sessionToken: string;
  headers: Record<string, string>;
}

/** One after the other. Numbers let the server tell a message that comes again from the next. */
async function sendAll(
  client: Client<typeof HostService>,
  { sessionToken, headers, outgoing, silenceMs, signal }: Sending,
): Promise<void> {
  let number = 0n;
  for await (const frames of outgoing) {
    number++;
    const until = performance.now() + silenceMs();
    for (let attempt = 0; ; attempt++) {
      try {
        // A reply that does not come leaves time for one more attempt, before the server takes the host for lost. The calls are not given
        // the signal, to which each would leave a listener.
        await client.send({ sessionToken, number, frames }, { headers, timeoutMs: silenceMs() / 2 });
        break;
      } catch (error) {
        if (signal.aborted || isFinal(error) || performance.now() > until) throw error;
        await delay(backoffMs(attempt), undefined, { signal });
      }
    }
  }
}

/** What the server says of a message, and would say again. Everything else may be the network's doing. */
const finalCodes: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.ResourceExhausted,
  Code.Unimplemented,
  Code.Unauthenticated,
]);

function isFinal(error: unknown): boolean {
  return error instanceof ConnectError && finalCodes.has(error.code);
}
