import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import {
  ColorScheme,
  type FieldError,
  ProfileRefusalSchema,
  ProfileTopicSchema,
  type UpdateProfileRequest,
} from "@interval/proto";
import { watch } from "vue";
import { useLanguages } from "../i18n.ts";
import { useApi } from "../transport.ts";
import { type ColorScheme as Scheme, useScheme } from "./useScheme.ts";
import { useSession } from "./useSession.ts";
import { useTopic } from "./useWatch.ts";

const schemes = {
  [ColorScheme.UNSPECIFIED]: "auto",
  [ColorScheme.LIGHT]: "light",
  [ColorScheme.DARK]: "dark",
} satisfies Record<ColorScheme, Scheme>;

/** How the profile names a look. */
export const colorSchemes = {
  auto: ColorScheme.UNSPECIFIED,
  light: ColorScheme.LIGHT,
  dark: ColorScheme.DARK,
} satisfies Record<Scheme, ColorScheme>;

/** The dashboard speaks and looks as the person who is signed in has set it. Who is not sees what was last seen in this browser. */
export function useOwnSettings(): void {
  const session = useSession();
  const languages = useLanguages();
  const scheme = useScheme();
  watch(session.current, (current) => {
    if (!current) return;
    scheme.value = schemes[current.colorScheme] ?? "auto";
    void languages.show(current.user?.locale ?? "");
  });
}

/** Hears of what the person changes elsewhere, for as long as the calling scope lives. */
export function useProfileUpdates(): void {
  const session = useSession();
  const topic = { case: "profile" as const, value: create(ProfileTopicSchema) };
  useTopic(() => topic, {
    updates(updates) {
      for (const update of updates) if (update.case === "profile") session.take(update.value);
    },
  });
}

/** What a person changes of themselves. */
export type ProfileChange = Partial<Omit<UpdateProfileRequest, "$typeName" | "$unknown">>;

/** Changes the profile of the person who is signed in. */
export function useProfile() {
  const session = useSession();
  const { sessions } = useApi();
  return {
    /** Returns what is wrong with it; nothing when it was changed. Throws when the server cannot be reached. */
    async change(change: ProfileChange): Promise<FieldError[]> {
      try {
        const { profile } = await sessions.updateProfile(change);
        if (profile) session.take(profile);
        return [];
      } catch (cause) {
        const errors = ConnectError.from(cause)
          .findDetails(ProfileRefusalSchema)
          .flatMap((refusal) => refusal.errors);
        if (errors.length === 0) throw cause;
        return errors;
      }
    },
  };
}
