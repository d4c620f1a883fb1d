import type { ColorScheme, Role, Run, RunEvent, RunFilter, RunState, User } from "@interval/proto";

/**
 * Everything that the server keeps. Every promise that a write returns resolves after the write is durable, and never before.
 * Ids are made by the callers (`newId`); times are milliseconds since 1970.
 */
export interface Store {
  readonly journal: JournalStore;
  readonly people: PeopleStore;
  readonly keys: KeyStore;
  readonly assets: AssetStore;
  readonly settings: SettingStore;
  readonly attempts: AttemptStore;
  /** Resolves when the store can read and write; rejects with a sentence on what is wrong. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Where runs and catalogues live: an environment, and in development the one person whose it is. */
export interface Scope {
  organizationId: string;
  environmentId: string;
  /** The person whose development environment it is; null elsewhere. */
  userId: string | null;
}

/** A run as it is stored beside its journal: what lists and filters read. */
export interface RunRecord {
  /** The run as lists show it; its journal has its parameters. */
  run: Run;
  scope: Scope;
  /** The person who started it, or the key of the program that did. */
  startedByUserId: string | null;
  /** The sequence of the last event. */
  sequence: number;
  /** The host's process that executes it; null while it is queued. */
  hostInstanceId: string | null;
  /** Set where what is stored of the run itself cannot be read: `run` then says no more than the columns of its row. */
  unreadable?: boolean;
}

/** Events to append to one run. */
export interface Append {
  runId: string;
  /** The sequence of the last event that the caller knows. Another one is a conflict. */
  after: number;
  /** The events, numbered from `after + 1`. */
  events: RunEvent[];
  /** The run as it is after the events; updates what lists read. */
  run: Run;
  hostInstanceId: string | null;
  /** The host's process that sent some of the events, and its own sequence of the last of them: what it repeats is dropped. */
  host?: { epoch: number; sequence: number };
  /** The caller's request ids, remembered so that a repeated request is done once. */
  requestIds?: string[];
}

/** What became of an append. A refused one never touches its neighbours. */
export type Appended =
  | { outcome: "appended" }
  /** Somebody else appended first: read what follows `after`, and decide again. */
  | { outcome: "conflict"; sequence: number }
  /** One of the request ids, or what the host sent, was appended before. */
  | { outcome: "repeated" };

/** The journals of runs. */
export interface JournalStore {
  /**
   * Makes a run with its first events. A request id that made a run before, of the same starter, returns that run and makes none.
   */
  createRun(
    record: RunRecord,
    events: RunEvent[],
    requestId: string,
    starter: string,
  ): Promise<{ record: RunRecord; created: boolean }>;
  /** The id of the run that a starter's request made before, if it did. */
  findStarted(requestId: string, starter: string): Promise<string | undefined>;
  /** Appends to many runs in one commit; results are in the order of the appends. */
  append(appends: Append[]): Promise<Appended[]>;
  readRun(runId: string): Promise<RunRecord | undefined>;
  /** Those of some runs that there are, in any order. */
  readRuns(runIds: readonly string[]): Promise<RunRecord[]>;
  /**
   * All events after a sequence in order, all but log lines unless asked. One that cannot be read has its sequence and time, and no kind.
   * `onUnreadable` is told of it.
   */
  readEvents(
    runId: string,
    after: number,
    options?: { kinds?: EventKinds; onUnreadable?: (sequence: number) => void },
  ): Promise<RunEvent[]>;
  /** One page of events in their order. Of large log lines it has the beginning, where only log lines are asked for; one that cannot be read is as above. */
  readEventPage(runId: string, query: EventPageQuery): Promise<EventPage>;
  /** The log line of a sequence, whole. */
  readLogLine(runId: string, sequence: number): Promise<RunEvent | undefined>;
  /** The newest stored fold, if there is one that can be read. */
  readSnapshot(runId: string): Promise<RunState | undefined>;
  /** Stores a fold; an older one is replaced. */
  writeSnapshot(runId: string, state: RunState): Promise<void>;
  /**
   * Removes runs that ended before a time, with all that is recorded of them. They are gone for readers at once; the rest goes in commits so
   * small that no other writer waits.
   *
   * @returns how many, at most `limit`
   */
  removeRuns(endedBefore: number, limit: number): Promise<number>;
  /** How many lines a run has logged up to a sequence. */
  countLogs(runId: string, upTo: number): Promise<number>;
  /** How many bytes a run has logged. */
  countLogBytes(runId: string): Promise<number>;
  /** The last sequence stored of what the host of an epoch sent about a run; 0 when nothing was. */
  readHostSequence(runId: string, epoch: number): Promise<number>;
  /** The same of many runs, by run; without those of which nothing was stored. */
  readHostSequences(runIds: readonly string[], epoch: number): Promise<Map<string, number>>;
  /** Whether a request id was appended to the run before. */
  hasRequest(runId: string, requestId: string): Promise<boolean>;
  /** Runs within a reach that fit a filter, newest first. */
  listRuns(query: RunQuery): Promise<{ records: RunRecord[]; nextPageToken: string }>;
  /** Which of some runs are found by all words of a text. */
  findByText(runIds: readonly string[], text: string): Promise<Set<string>>;
  /** What the runs within a reach can be filtered by, what was used last first, at most so many of each. */
  readRunFacets(reach: RunReach, limit: number): Promise<RunFacets>;
  /** Runs that have not ended, of all organizations, oldest first. */
  listOpenRuns(): Promise<RunRecord[]>;
}

/** Which events are read. */
type EventKinds = "all" | "withoutLogs" | "logs";

/** Which page of events is read. It closes at so many events or bytes; one event always fits. */
export interface EventPageQuery {
  kinds: EventKinds;
  /** Only events after this sequence. */
  after: number;
  /** Only events before this sequence, and the page nearest to it. When left out, the page nearest to `after`. */
  before?: number;
  limit: number;
  bytes: number;
}

export interface EventPage {
  /** In their order, whichever end the page is at. */
  events: RunEvent[];
  /** The sequence of the next event beyond the page; undefined when there is none. */
  next: number | undefined;
}

/** Which runs somebody may list. */
export interface RunReach {
  organizationId: string;
  environmentId: string;
  /** Set in development: only runs of this person's own environment. */
  scopeUserId: string | null;
  /** Only runs that this person or program's key started; null means of everybody. */
  startedByUserId: string | null;
}

export interface RunQuery extends RunReach {
  filter: RunFilter;
  /** How many runs at most; a page closes at `limits.listBytes`, too. */
  pageSize: number;
  /** Opaque; empty for the first page. Throws {@link PageTokenError} for one that is not ours, or belongs to another filter. */
  pageToken: string;
}

/** What runs can be filtered by, as it was called when it was run last. */
interface RunFacets {
  actions: Array<{ path: string; name: string }>;
  people: User[];
}

/** A page token that this server did not make, or not for this list. */
export class PageTokenError extends Error {
  override name = "PageTokenError";
}

export interface OrganizationRecord {
  id: string;
  slug: string;
  name: string;
}

export interface EnvironmentRecord {
  id: string;
  organizationId: string;
  slug: string;
  name: string;
  color: string | null;
  /** Whether each person has one of their own in it. */
  personal: boolean;
}

export interface PersonRecord {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  /** An IANA zone; empty for that of the browser. */
  timeZone: string;
  /** A BCP 47 tag; empty for that of the browser. */
  locale: string;
  colorScheme: ColorScheme;
}

/** What people change of themselves; what is left out stays. */
type ProfileChange = Partial<Pick<PersonRecord, "firstName" | "lastName" | "timeZone" | "locale" | "colorScheme">>;

/** Whether a membership was changed, and why not. */
export type MemberChange = "changed" | "no member" | "last owner";

/** A person as a member of an organization. */
export interface MemberRecord {
  person: PersonRecord;
  role: Role;
}

export interface MembershipRecord {
  organization: OrganizationRecord;
  role: Role;
  /** Slugs of the person's teams in this organization. */
  teams: string[];
}

/** Organizations, environments, people. Signing in belongs to `auth/`, whose tables stand beside these. */
export interface PeopleStore {
  /** Makes an organization with its production and development environments. */
  createOrganization(organization: { slug: string; name: string }): Promise<OrganizationRecord>;
  findOrganization(slug: string): Promise<OrganizationRecord | undefined>;
  readOrganization(id: string): Promise<OrganizationRecord | undefined>;
  listOrganizations(): Promise<OrganizationRecord[]>;
  /** Makes an environment, or returns the one that has the slug. */
  createEnvironment(environment: {
    organizationId: string;
    slug: string;
    name: string;
    color?: string;
  }): Promise<EnvironmentRecord>;
  findEnvironment(organizationId: string, slug: string): Promise<EnvironmentRecord | undefined>;
  readEnvironment(id: string): Promise<EnvironmentRecord | undefined>;
  /** Production first, development second, others by name. */
  listEnvironments(organizationId: string): Promise<EnvironmentRecord[]>;
  readPerson(userId: string): Promise<PersonRecord | undefined>;
  findPersonByEmail(email: string): Promise<PersonRecord | undefined>;
  /** Changes a person's profile. @returns the person as they are now; nothing when there is none */
  updatePerson(userId: string, change: ProfileChange): Promise<PersonRecord | undefined>;
  /** Puts a person into an organization, or changes their role there. */
  setMember(member: { organizationId: string; userId: string; role: Role }): Promise<void>;
  /** Changes a member's role, unless they are the last owner. */
  changeRole(member: { organizationId: string; userId: string; role: Role }): Promise<MemberChange>;
  /**
   * Puts a person out of an organization, unless they are its last owner: their personal keys there are revoked. Who belongs to no other
   * organization is deleted, with sessions and password; runs stay.
   */
  removeMember(member: { organizationId: string; userId: string }): Promise<MemberChange>;
  /** The members of an organization by e-mail address. */
  listMembers(organizationId: string): Promise<MemberRecord[]>;
  listMemberships(userId: string): Promise<MembershipRecord[]>;
  countPeople(): Promise<number>;
}

/** What a key lets its holder do: attach hosts, or run actions. */
export type KeyKind = "host" | "program";

export interface KeyRecord {
  id: string;
  kind: KeyKind;
  /** The visible start of the key. */
  prefix: string;
  scope: Scope;
  /** Who made it; the key goes on without them, but a personal development key is theirs. */
  createdByUserId: string | null;
  label: string;
}

/** A key as its owner sees it in a list. */
export interface ListedKey extends KeyRecord {
  createdAt: number;
  lastUsedAt: number | null;
}

/** API keys. The key itself is never stored, only its SHA-256. */
export interface KeyStore {
  /**
   * Makes a key. With a request id that made one before, of the same maker, it takes the place of that one.
   */
  createKey(key: {
    kind: KeyKind;
    scope: Scope;
    createdByUserId: string | null;
    label: string;
    requestId?: string;
  }): Promise<{ key: string; record: ListedKey }>;
  /** The record of a key that is known, not revoked and not expired; notes the use at most once a minute. */
  findKey(key: string): Promise<KeyRecord | undefined>;
  /** The personal keys of a scope that are not revoked, newest first. */
  listKeys(query: {
    scope: Scope;
    pageSize: number;
    pageToken: string;
  }): Promise<{ keys: ListedKey[]; nextPageToken: string }>;
  /** The keys of an organization that are not revoked, of all environments and people, newest first. */
  listKeysOf(organizationId: string): Promise<ListedKey[]>;
  /** How many keys of a scope are not revoked. */
  countKeys(scope: Scope): Promise<number>;
  /** The record of a key, also of one that is revoked. */
  readKey(id: string): Promise<KeyRecord | undefined>;
  revokeKey(id: string): Promise<void>;
}

/** How often something may be tried: so often at once, and once more every so many milliseconds. */
interface Allowance {
  id: string;
  burst: number;
  everyMs: number;
}

/** What is counted or remembered for some time, under ids that say nothing. */
export interface AttemptStore {
  /** Counts one attempt for each allowance, or for none of them. @returns in how many milliseconds all allow it; 0 when it was counted */
  take(allowances: readonly Allowance[]): Promise<number>;
  /** Remembers an id until a time. */
  mark(id: string, until: number): Promise<void>;
  isMarked(id: string): Promise<boolean>;
  forget(id: string): Promise<void>;
  /** Removes what counts no more. */
  removeOld(): Promise<void>;
}

/** Who uploads: the person or key that drives the run, or the host's process that executes it. */
export interface Uploader {
  kind: "operator" | "host";
  id: string;
}

/** What is known of an asset. Its bytes lie in the file storage. */
export interface AssetRecord {
  id: string;
  runId: string;
  /** The call and component that it answers; empty for what a host shows. */
  callKey: string;
  componentKey: string;
  uploader: Uploader;
  name: string;
  mediaType: string;
  /** Bytes, as announced. */
  size: number;
  /** Bytes that have arrived and are durable. */
  received: number;
  /** Whether all of it is there to be read. */
  complete: boolean;
  /** Whether it stays as long as its run: submitted by an operator, or put by a host. */
  kept: boolean;
  /** Where the file storage has its bytes. */
  storageKey: string;
  /** What the file storage has to know to go on with the upload; meaningless to everybody else. */
  storageState: string;
  createdAt: number;
  organizationId: string;
}

/** Whose assets are counted. */
export interface AssetsOf {
  organizationId: string;
  runId?: string;
  uploader?: Uploader;
}

/** What assets take. */
export interface AssetUsage {
  files: number;
  bytes: number;
}

/** Assets of all runs. */
export interface AssetStore {
  /** Adds an asset. A request id that added one before, of the same run and uploader, returns that one. */
  createAsset(asset: AssetRecord, requestId: string): Promise<AssetRecord>;
  readAsset(id: string): Promise<AssetRecord | undefined>;
  readAssets(ids: readonly string[]): Promise<AssetRecord[]>;
  /** Notes that bytes have arrived, unless others have arrived since `from`. @returns whether it was noted */
  advanceAsset(
    id: string,
    from: number,
    to: Pick<AssetRecord, "received" | "complete" | "storageState">,
  ): Promise<boolean>;
  /** Notes that assets stay as long as their runs. */
  keepAssets(ids: readonly string[]): Promise<void>;
  /**
   * Assets that nobody needs: of runs that are gone, and those that were made before a time and neither completed nor submitted. By id, those
   * after a given one.
   */
  listForgottenAssets(madeBefore: number, limit: number, after?: string): Promise<AssetRecord[]>;
  /**
   * What the assets of an organization take, of a run or uploader where one is named. What was announced counts whole while it is coming in,
   * and as far as it has come once nothing has since a time.
   */
  usage(of: AssetsOf, idleSince: number): Promise<AssetUsage>;
  removeAsset(id: string): Promise<void>;
}

/** What is set for an action in the dashboard. */
interface ActionSettingRecord {
  scope: Scope;
  path: string;
  /** Whether it is put away. */
  archived: boolean;
}

/** Settings of actions. */
export interface SettingStore {
  /** Everything that is set, of all organizations. */
  listActionSettings(): Promise<ActionSettingRecord[]>;
  /** Sets everything for one action, in place of what was set before. */
  writeActionSetting(setting: ActionSettingRecord): Promise<void>;
}
