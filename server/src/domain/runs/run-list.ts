import { create } from "@bufbuild/protobuf";
import { limits, Role, type RunFilter, RunFilterSchema } from "@interval/proto";
import type { RunReach } from "../../store/store.ts";
import type { Place } from "../access/place.ts";
import { InvalidError } from "../errors.ts";

/** The runs that somebody may list in a place: all for admins and in one's own development, else those that they have started. */
export function reachIn({ starterId, membership, scope }: Place): RunReach {
  const { organizationId, environmentId, userId } = scope;
  const seesAll = userId !== null || (membership?.role ?? Role.UNSPECIFIED) >= Role.ADMIN;
  return { organizationId, environmentId, scopeUserId: userId, startedByUserId: seesAll ? null : starterId };
}

/**
 * The filter of a request; one that lets all through where there is none.
 *
 * @throws {InvalidError} when its text is too long
 */
export function filterOf(filter: RunFilter | undefined): RunFilter {
  const { text } = limits.search;
  if (filter && filter.text.length > text)
    throw new InvalidError(`The text of the filter has ${filter.text.length} characters; it may have ${text}.`);
  return filter ?? create(RunFilterSchema);
}
