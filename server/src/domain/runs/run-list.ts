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

/** Far more statuses and triggers than there are. */
const mostChoices = 100;

/**
 * The filter of a request; one that lets all through where there is none.
 *
 * @throws {InvalidError} when its text is too long, or it names too much
 */
export function filterOf(filter: RunFilter | undefined): RunFilter {
  const { text } = limits.search;
  if (filter && filter.text.length > text)
    throw new InvalidError(`The text of the filter has ${filter.text.length} characters; it may have ${text}.`);
  if (filter && (filter.statuses.length > mostChoices || filter.triggers.length > mostChoices))
    throw new InvalidError(`The filter names more than ${mostChoices} statuses or triggers.`);
  return filter ?? create(RunFilterSchema);
}
