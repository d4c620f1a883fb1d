/** Why somebody could not sign in, so that it can be said calmly. */
export type SignInFault = "link" | "password" | "throttled" | "unreachable";

/** Signs in with the token of a one-time link. Returns what went wrong, or nothing. */
export function signInByLink(token: string): Promise<SignInFault | undefined> {
  return post("/api/auth/sign-in/link", { token }, "link");
}

/** Signs in with e-mail and password. Returns what went wrong, or nothing. */
export function signInByPassword(email: string, password: string): Promise<SignInFault | undefined> {
  return post("/api/auth/sign-in/email", { email, password }, "password");
}

/** Ends the session. It is over for this browser even when the server cannot be told. */
export async function signOut(): Promise<void> {
  await post("/api/auth/sign-out", {}, "unreachable");
}

async function post(path: string, body: object, refused: SignInFault): Promise<SignInFault | undefined> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (response.ok) return undefined;
    if (response.status === 429) return "throttled";
    return response.status >= 500 ? "unreachable" : refused;
  } catch {
    return "unreachable";
  }
}
