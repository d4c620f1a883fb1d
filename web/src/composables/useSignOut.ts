import { useRouter } from "vue-router";
import { signOut } from "../lib/auth.ts";
import { useSession } from "./useSession.ts";

/** Ends the session in this browser, and goes to where the next one begins. */
export function useSignOut(): () => Promise<void> {
  const session = useSession();
  const router = useRouter();
  return async () => {
    await signOut();
    session.forget();
    await router.push("/sign-in");
  };
}
