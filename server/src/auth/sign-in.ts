import { limits } from "@interval/proto";
import * as z from "zod";
import type { SignInThrottle } from "./sign-in-throttle.ts";
import type { Turns } from "./turns.ts";

/** The identity library, as far as requests are concerned. */
type Library = (request: Request) => Promise<Response>;

/** What signing in needs. */
export interface SignInParts {
  library: Library;
  throttle: SignInThrottle;
  /** Hashing a password takes memory and a thread: who else needs one must not wait for strangers. */
  hashing: Turns;
}

const withEmail = z.object({ email: z.string() });

/**
 * Answers `/api/auth/*`: attempts are throttled, and what leads to a session says so and nothing else. The token of a session is in its
 * cookie, where no script reads it.
 *
 * @param address where the request comes from
 */
export async function answerAuth(request: Request, address: string, parts: SignInParts): Promise<Response> {
  if (request.method !== "POST") return parts.library(request);
  const body = await bodyOf(request);
  if (body === undefined)
    return refused(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON, and its Content-Type application/json.");
  const isSignIn = new URL(request.url).pathname.startsWith("/api/auth/sign-in/");
  if (!isSignIn) return quiet(await parts.library(withBody(request, body)));
  const attempt = { address, email: withEmail.safeParse(body).data?.email };
  const waitMs = await parts.throttle.take(attempt);
  if (waitMs > 0) return tooMany(waitMs);
  const work = () => parts.library(withBody(request, body));
  const answer = attempt.email === undefined ? await work() : await parts.hashing.run(work);
  if (!answer) return tooMany(limits.signIn.busyMs);
  if (answer.ok) await parts.throttle.succeeded(attempt);
  return quiet(answer);
}

/** The body as the throttle reads it: the library is given the same, so that the two never differ about whose account it is. */
async function bodyOf(request: Request): Promise<unknown> {
  if (request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() !== "application/json")
    return undefined;
  try {
    return JSON.parse(await request.text()) ?? {};
  } catch {
    return undefined;
  }
}

function withBody(request: Request, body: unknown): Request {
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  return new Request(request.url, { method: request.method, headers, body: JSON.stringify(body) });
}

/** An answer with nothing but what went wrong, or that nothing did, and its cookies. */
function quiet(answer: Response): Response {
  if (!answer.ok) return answer;
  const headers = new Headers({ "content-type": "application/json" });
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(JSON.stringify({ ok: true }), { status: answer.status, headers });
}

function tooMany(waitMs: number): Response {
  const seconds = Math.ceil(waitMs / 1000);
  const answer = refused(
    429,
    "TOO_MANY_ATTEMPTS",
    `There were too many attempts to sign in. Try again in ${seconds} seconds, or use a link: interval user sign-in-link`,
  );
  answer.headers.set("retry-after", String(seconds));
  return answer;
}

function refused(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
