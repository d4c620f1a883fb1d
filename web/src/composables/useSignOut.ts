import { useRouter } from "vue-router";
import { useApi } from "../transport.ts";
import { useSession } from "./useSession.ts";

/** Ends the session in this browser, and goes to where the next one begins. */
export function useSignOut(): () => Promise<void> {
  const session = useSession();
  const router = useRouter();
  const { auth } = useApi();
  return async () => {
    await auth.signOut();
    session.forget();
    await router.push("/sign-in");
  };
}
