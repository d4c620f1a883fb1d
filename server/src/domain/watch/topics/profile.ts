import type { ProfileTopic } from "@interval/proto";
import type { PersonRecord } from "../../../store/store.ts";
import { profileOf } from "../../access/profiles.ts";
import { NotFoundError } from "../../errors.ts";
import type { FindTopic } from "./topic.ts";

/** The profile of the person who watches. */
export const findProfile: FindTopic<ProfileTopic> = async (caller, _topic, { people, profiles }) => {
  if (caller.kind !== "person") throw new NotFoundError("An API key has no profile.");
  const { person, memberships } = caller;
  return async (subscription) => {
    const tell = (now: PersonRecord) => subscription.send({ case: "profile", value: profileOf(now, memberships[0]) });
    let changed = false;
    const listener = (now: PersonRecord) => {
      changed = true;
      tell(now);
    };
    subscription.onEnd(profiles.changes.listen(person.id, listener));
    const now = await people.readPerson(person.id);
    if (now && !changed) tell(now);
  };
};
