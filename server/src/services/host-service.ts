import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { AttachRequest, HostFrame, HostService } from "@interval/proto";
import { callerOf } from "./caller.ts";
import { HostSession } from "./host-session.ts";
import type { Parts } from "./parts.ts";
import { SendSessions } from "./send-sessions.ts";

export function hostService(parts: Parts): ServiceImpl<typeof HostService> {
  const sessions = new SendSessions();
  return {
    async *attach(requests, context) {
      const frames = framesOf(requests, context.signal);
      const first = await frames.next();
      const hello = first.done ? undefined : first.value;
      if (hello?.body.case !== "hello")
        throw new ConnectError("The first frame must be a hello.", Code.InvalidArgument);
      const session = await HostSession.begin(parts, context, hello.body.value);
      try {
        // The reader is on its own: it never waits for what this generator yields, and ends with the stream.
        parts.background.run("the end of a host's stream", async () => {
          await read(session, frames).catch((error: unknown) => {
            if (!context.signal.aborted) parts.logger.warn({ err: error }, "a host's stream failed");
          });
          session.end();
        });
        for await (const batch of session.batches()) yield { frames: batch };
      } finally {
        session.end();
      }
    },

    async *receive({ hello }, context) {
      if (!hello) throw new ConnectError("The request must have a hello.", Code.InvalidArgument);
      const session = await HostSession.begin(parts, context, hello);
      const token = sessions.open(session, callerOf(context));
      try {
        let sessionToken = token;
        for await (const frames of session.batches()) {
          yield { sessionToken, frames };
          sessionToken = "";
        }
      } finally {
        sessions.close(token);
        session.end();
      }
    },

    send({ sessionToken, number, frames }, context) {
      sessions.take(sessionToken, number, frames, callerOf(context));
      return {};
    },
  };
}

async function read(session: HostSession, frames: AsyncIterable<HostFrame>): Promise<void> {
  for await (const frame of frames) {
    session.hear(frame);
    if (frame.body.case === "goodbye") return;
  }
}

async function* framesOf(requests: AsyncIterable<AttachRequest>, signal: AbortSignal): AsyncGenerator<HostFrame> {
  for await (const { frames } of requests) {
    if (signal.aborted) return;
    yield* frames;
  }
}
