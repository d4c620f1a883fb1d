import { kyselyAdapter } from "@better-auth/kysely-adapter";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { newId } from "../ids.ts";
import type { Db } from "../store/schema.ts";
import { hashSessionTokens } from "./hashed-sessions.ts";
import { isTrustedOrigin } from "./origin.ts";
import { signInLink } from "./sign-in-link.ts";

/** Carries the address of the client to the sessions that are made. Only the server itself sets it. */
export const peerHeader = "x-interval-peer";

const day = 24 * 60 * 60;
const idPrefixes = { user: "user", session: "session", account: "account", verification: "verification" } as const;

/** The identity library on our own tables, which are in our own migrations. */
export function createAuth({ db, secret, publicUrl }: { db: Db; secret: string; publicUrl: string }) {
  return betterAuth({
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret,
    database: (options: BetterAuthOptions) => hashSessionTokens(kyselyAdapter(db, { type: "sqlite" })(options)),
    verification: { storeIdentifier: "hashed" },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10 },
    user: {
      additionalFields: {
        firstName: { type: "string", required: true, input: false },
        lastName: { type: "string", required: true, input: false },
        timeZone: { type: "string", required: true, input: false },
        locale: { type: "string", required: true, input: false },
      },
    },
    session: { expiresIn: 30 * day, updateAge: day },
    rateLimit: { enabled: false }, // it counts by address alone: see SignInThrottle
    trustedOrigins: async (request) => {
      const origin = request?.headers.get("origin");
      return origin && isTrustedOrigin(origin, request?.headers.get("host") ?? "", publicUrl) ? [origin] : [];
    },
    advanced: {
      cookiePrefix: "interval",
      // Said, because the library leaves both checks out where NODE_ENV is "test".
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [peerHeader] },
      useSecureCookies: publicUrl.startsWith("https:"),
      database: { generateId: ({ model }) => newId(idPrefixes[model as keyof typeof idPrefixes] ?? "verification") },
    },
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [signInLink()],
  });
}
