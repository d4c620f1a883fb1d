import { create } from "@bufbuild/protobuf";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { AttachRequestSchema, AttachResponseBytesSchema, HostFrameSchema, HostService, limits } from "@interval/proto";
import { hear } from "./heard.ts";
import { type LineEnds, reading } from "./line.ts";

/** One bidirectional stream, `HostService.Attach`. */
export async function* http2Line({ baseUrl, apiKey, hello, outgoing, signal }: LineEnds) {
  const sessionManager = new Sessions(baseUrl, {
    pingIntervalMs: limits.heartbeatIntervalMs,
    pingTimeoutMs: limits.heartbeatTimeoutMs,
  });
  const transport = createConnectTransport({ ...reading, baseUrl, httpVersion: "2", sessionManager });
  const headers = { Authorization: `Bearer ${apiKey}` };
  async function* requests() {
    const opening = create(HostFrameSchema, { body: { case: "hello", value: hello } });
    yield create(AttachRequestSchema, { frames: [opening] });
    for await (const frames of outgoing) yield create(AttachRequestSchema, { frames });
  }
  try {
    const method = { ...HostService.method.attach, output: AttachResponseBytesSchema };
    const response = await transport.stream(method, signal, undefined, headers, requests());
    for await (const { frames } of response.message) yield hear(frames);
  } finally {
    sessionManager.abort();
  }
}

/** The library's, but an error that a session tells after it was let go, as where nobody speaks HTTP/2, does not end the process. */
class Sessions extends Http2SessionManager {
  override async request(...args: Parameters<Http2SessionManager["request"]>) {
    const stream = await super.request(...args);
    stream.session?.on("error", () => undefined);
    return stream;
  }
}
