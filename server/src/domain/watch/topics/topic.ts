import type { Caller } from "../../../auth/identity.ts";
import type { Timing } from "../../../config.ts";
import type { JournalStore, PeopleStore } from "../../../store/store.ts";
import type { Profiles } from "../../access/profiles.ts";
import type { Hosts } from "../../hosts/hosts.ts";
import type { Pages } from "../../pages/pages.ts";
import type { Runs } from "../../runs/runs.ts";
import type { OpenTopic } from "../watch.ts";

/** What topics are made of. */
export interface TopicParts {
  runs: Runs;
  hosts: Hosts;
  pages: Pages;
  profiles: Profiles;
  people: PeopleStore;
  journal: JournalStore;
  timing: Pick<Timing, "heartbeatIntervalMs">;
}

/**
 * Looks a topic up, and whether the caller may watch it; registers nothing. What it returns listens first and reads afterwards, and drops what
 * is not newer than what was read.
 */
export type FindTopic<T> = (caller: Caller, topic: T, parts: TopicParts) => Promise<OpenTopic>;
