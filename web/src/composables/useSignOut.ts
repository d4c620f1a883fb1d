import { useRouter } from "vue-router";
import { signOut } from "../lib/auth.ts";
import { useSession } from "./useSession.ts";

/** Signs the person out, and leads to where they can sign in again. */
export function useSignOut(): () => Promise<void> {
  const session = useSession();
  const router = useRouter();
  return async () => {
    await signOut();
    session.forget();
    await router.push("/sign-in");
  };
}
