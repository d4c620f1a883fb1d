import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ColorScheme,
  checkProfile,
  type Profile,
  ProfileRefusalSchema,
  ProfileSchema,
  type UpdateProfileRequest,
} from "@interval/proto";
import { demoUser } from "./catalog.ts";

/** What the person of the demo has set. */
export class DemoProfile {
  now: Profile = create(ProfileSchema, { user: demoUser, colorScheme: ColorScheme.UNSPECIFIED });
  readonly #listeners = new Set<(profile: Profile) => void>();

  onChange(listener: (profile: Profile) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(request: UpdateProfileRequest): Profile {
    const errors = checkProfile(request);
    if (errors.length > 0) {
      const detail = { desc: ProfileRefusalSchema, value: create(ProfileRefusalSchema, { errors }) };
      throw new ConnectError("The profile was not changed.", Code.InvalidArgument, undefined, [detail]);
    }
    const { user = demoUser } = this.now;
    this.now = create(ProfileSchema, {
      user: {
        ...user,
        firstName: request.firstName ?? user.firstName,
        lastName: request.lastName ?? user.lastName,
        timeZone: request.timeZone ?? user.timeZone,
        locale: request.locale ?? user.locale,
      },
      colorScheme: request.colorScheme ?? this.now.colorScheme,
    });
    for (const listener of this.#listeners) listener(this.now);
    return this.now;
  }
}
