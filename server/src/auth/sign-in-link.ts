import { createHash, randomBytes } from "node:crypto";
import { limits } from "@interval/proto";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import * as z from "zod";

/** The part of the identity library that links need. */
interface Verifications {
  createVerificationValue(data: { identifier: string; value: string; expiresAt: Date }): Promise<unknown>;
}

const identifierOf = (token: string) => `sign-in-link:${createHash("sha256").update(token).digest("hex")}`;

/** Makes a token that signs a person in once, within 15 minutes. Only its hash is stored. */
export async function createSignInToken(verifications: Verifications, userId: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + limits.signInLinkMs);
  await verifications.createVerificationValue({ identifier: identifierOf(token), value: userId, expiresAt });
  return token;
}

/** `POST /sign-in/link { token }`: signs in with a token from the terminal. */
export function signInLink() {
  return {
    id: "sign-in-link",
    endpoints: {
      signInLink: createAuthEndpoint(
        "/sign-in/link",
        { method: "POST", body: z.object({ token: z.string().max(200) }) },
        async (context) => {
          const { internalAdapter } = context.context;
          const verification = await internalAdapter.consumeVerificationValue(identifierOf(context.body.token));
          const user = verification && (await internalAdapter.findUserById(verification.value));
          if (!user) {
            throw new APIError("UNAUTHORIZED", {
              message:
                "This sign-in link was used already or is too old. Restart the server, or run `interval user sign-in-link`, to get a new one.",
            });
          }
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(context, { session, user });
          return context.json({ ok: true });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}
