import { create } from "@bufbuild/protobuf";
import { checkProfile, type FieldError, type Profile, ProfileSchema, type UpdateProfileRequest } from "@interval/proto";
import type { MembershipRecord, PeopleStore, PersonRecord } from "../../store/store.ts";
import { NotFoundError, ProfileRefusedError } from "../errors.ts";
import { Feed } from "../feed.ts";
import { userOf } from "./place.ts";

/** What people set for themselves. */
export class Profiles {
  /** Tells of changed people, by their ids. */
  readonly changes = new Feed<PersonRecord>();
  readonly #people: PeopleStore;
  readonly #changed: () => void;

  /** @param changed called after each change, before anybody hears of it */
  constructor(people: PeopleStore, changed: () => void) {
    this.#people = people;
    this.#changed = changed;
  }

  /**
   * Changes a person's profile; what is unset stays.
   *
   * @throws {ProfileRefusedError} when a field breaks its rules; nothing is changed then
   */
  async update(userId: string, request: UpdateProfileRequest): Promise<PersonRecord> {
    const errors: FieldError[] = checkProfile(request);
    if (errors.length > 0) throw new ProfileRefusedError(errors);
    const { firstName, lastName, timeZone, locale, colorScheme } = request;
    const person = await this.#people.updatePerson(userId, {
      ...(firstName !== undefined && { firstName: firstName.trim() }),
      ...(lastName !== undefined && { lastName: lastName.trim() }),
      ...(timeZone !== undefined && { timeZone }),
      ...(locale !== undefined && { locale: Intl.getCanonicalLocales(locale || [])[0] ?? "" }),
      ...(colorScheme !== undefined && { colorScheme }),
    });
    if (!person) throw new NotFoundError("There is no such person any more.");
    this.#changed();
    this.changes.tell(userId, person);
    return person;
  }
}

/** What a person has set, as they see it. */
export function profileOf(person: PersonRecord, membership: MembershipRecord | undefined): Profile {
  return create(ProfileSchema, { user: userOf(person, membership), colorScheme: person.colorScheme });
}
