/** Why somebody could not sign in, so that it can be said calmly. */
export type SignInFault = "link" | "password" | "throttled" | "unreachable";

/** Signing in and out, as the application was given it. */
export interface Auth {
  /** Signs in with the token of a one-time link. Returns what went wrong, or nothing. */
  signInByLink(token: string): Promise<SignInFault | undefined>;
  /** Signs in with e-mail and password. Returns what went wrong, or nothing. */
  signInByPassword(email: string, password: string): Promise<SignInFault | undefined>;
  /** Ends the session. It is over for this browser even when the server cannot be told. */
  signOut(): Promise<void>;
}

/** Signing in and out at the server that this page came from. */
export const serverAuth: Auth = {
  signInByLink: (token) => post("/api/auth/sign-in/link", { token }, "link"),
  signInByPassword: (email, password) => post("/api/auth/sign-in/email", { email, password }, "password"),
  async signOut() {
    await post("/api/auth/sign-out", {}, "unreachable");
  },
};

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
