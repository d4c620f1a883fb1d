import { randomBytes } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type CatalogEntry,
  type CatalogTopic,
  CatalogUpdateSchema,
  type HostsTopic,
  type LogTopic,
  limits,
  type PageTopic,
  PageTopicSchema,
  type RunEvent,
  type RunListTopic,
  type RunTopic,
  type SubscribeRequest,
} from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";
import type { Timing } from "../../config.ts";
import type { JournalStore, PeopleStore, PersonRecord } from "../../store/store.ts";
import {
  assertManages,
  canOpen,
  canSeeRun,
  canSeeStacks,
  findPlace,
  ownerOf,
  type Place,
  scopeKey,
  seatOf,
} from "../access/place.ts";
import { type Profiles, profileOf } from "../access/profiles.ts";
import { checkSize } from "../check-size.ts";
import { InvalidError, NotFoundError } from "../errors.ts";
import type { Hosts } from "../hosts/hosts.ts";
import type { Pages } from "../pages/pages.ts";
import { filterOf, reachIn } from "../runs/run-list.ts";
import type { RunNews, Runs } from "../runs/runs.ts";
import { watchHosts } from "./hosts-topic.ts";
import { eventWithoutStack, stateWithoutStack } from "./redact.ts";
import { RunListView } from "./run-list-view.ts";
import { Watch } from "./watch.ts";

/** All streams of dashboards, and what they are subscribed to. */
export class Watches {
  readonly #watches = new Map<string, Watch>();
  readonly #runs: Runs;
  readonly #hosts: Hosts;
  readonly #pages: Pages;
  readonly #profiles: Profiles;
  readonly #people: PeopleStore;
  readonly #journal: JournalStore;
  readonly #heardMs: number;

  constructor(parts: {
    runs: Runs;
    hosts: Hosts;
    pages: Pages;
    profiles: Profiles;
    people: PeopleStore;
    journal: JournalStore;
    timing: Pick<Timing, "heartbeatIntervalMs">;
  }) {
    this.#runs = parts.runs;
    this.#hosts = parts.hosts;
    this.#pages = parts.pages;
    this.#profiles = parts.profiles;
    this.#people = parts.people;
    this.#journal = parts.journal;
    this.#heardMs = parts.timing.heartbeatIntervalMs;
  }

  open(caller: Caller): Watch {
    const watch = new Watch(`watch_${randomBytes(16).toString("hex")}`, ownerOf(caller));
    this.#watches.set(watch.id, watch);
    watch.say({ case: "opened", value: { watchId: watch.id } });
    return watch;
  }

  close(watch: Watch): void {
    this.#watches.delete(watch.id);
    watch.close();
  }

  closeAll(): void {
    for (const watch of [...this.#watches.values()]) this.close(watch);
  }

  /** The watch of this caller. Somebody else's is not found. */
  find(caller: Caller, watchId: string): Watch {
    const watch = this.#watches.get(watchId);
    if (!watch || watch.owner !== ownerOf(caller))
      throw new NotFoundError("There is no such watch. Open one with Watch.");
    return watch;
  }

  async subscribe(caller: Caller, { watchId, subscriptionId, topic }: SubscribeRequest): Promise<void> {
    const watch = this.find(caller, watchId);
    if (!subscriptionId)
      throw new InvalidError("The subscription_id is missing: choose one that is unique within the watch.");
    switch (topic.case) {
      case "run":
        return this.#subscribeRun(caller, watch, subscriptionId, topic.value);
      case "logs":
        return this.#subscribeLogs(caller, watch, subscriptionId, topic.value);
      case "catalog":
        return this.#subscribeCatalog(caller, watch, subscriptionId, topic.value);
      case "runList":
        return this.#subscribeRunList(caller, watch, subscriptionId, topic.value);
      case "page":
        return this.#subscribePage(caller, watch, subscriptionId, topic.value);
      case "hosts":
        return this.#subscribeHosts(caller, watch, subscriptionId, topic.value);
      case "profile":
        return this.#subscribeProfile(caller, watch, subscriptionId);
      case undefined:
        throw new InvalidError("The topic is missing, or newer than this server.");
      default:
        return topic satisfies never;
    }
  }

  // Each topic is listened to first and read afterwards; what is not newer than what was read is dropped.

  async #subscribeRun(caller: Caller, watch: Watch, id: string, topic: RunTopic): Promise<void> {
    const { runId, afterSequence, tabId } = topic;
    const actor = await this.#runs.find(runId);
    if (!canSeeRun(caller, actor)) throw new NotFoundError(`There is no run ${runId}.`);
    const stacks = canSeeStacks(caller, actor.scope.organizationId);
    const sendEvent = (event: RunEvent) => send({ case: "runEvent", value: stacks ? event : eventWithoutStack(event) });
    const early: RunNews[] = [];
    let last: bigint | undefined;
    const tell = (news: RunNews) => {
      for (const event of newer(news, last ?? 0n)) if (event.kind.case !== "logged") sendEvent(event);
    };
    const end = this.#runs.news.listen(runId, (news) => (last === undefined ? early.push(news) : tell(news)));
    let leave: (() => void) | undefined;
    const send = watch.subscribe(id, () => {
      end();
      leave?.();
      this.#runs.viewersChanged(runId, actor.state.run);
    });
    leave = this.#runs.handovers.look(actor, seatOf(caller, actor.scope.organizationId, tabId));
    this.#runs.viewersChanged(runId, actor.state.run);
    if (afterSequence > 0n) {
      const missed = await this.#journal.readEvents(runId, Number(afterSequence));
      for (const event of missed) sendEvent(event);
      last = missed.at(-1)?.sequence ?? afterSequence;
    } else {
      const { state } = actor;
      send({ case: "runState", value: stacks ? state : stateWithoutStack(state) });
      last = state.sequence;
    }
    for (const news of early) tell(news);
  }

  async #subscribeLogs(caller: Caller, watch: Watch, id: string, { runId, afterSequence }: LogTopic): Promise<void> {
    const actor = await this.#runs.find(runId);
    if (!canSeeRun(caller, actor)) throw new NotFoundError(`There is no run ${runId}.`);
    const early: RunNews[] = [];
    let last: bigint | undefined;
    const tell = ({ events }: RunNews) => {
      for (const event of events) {
        if (event.kind.case === "logged" && event.sequence > (last ?? 0n)) send({ case: "runEvent", value: event });
      }
    };
    const end = this.#runs.news.listen(runId, (news) => (last === undefined ? early.push(news) : tell(news)));
    const send = watch.subscribe(id, () => {
      end();
      this.#runs.viewersChanged(runId, actor.state.run);
    });
    this.#runs.viewersChanged(runId, actor.state.run);
    const lines = await this.#journal.readEvents(runId, Number(afterSequence), { kinds: "logs", limit: 1000 });
    for (const line of lines) send({ case: "runEvent", value: line });
    last = lines.at(-1)?.sequence ?? afterSequence;
    for (const news of early) tell(news);
  }

  async #subscribeCatalog(caller: Caller, watch: Watch, id: string, topic: CatalogTopic): Promise<void> {
    const place = await findPlace(caller, topic, this.#people);
    const tell = (entries: ReadonlyMap<string, CatalogEntry>) =>
      send({ case: "catalog", value: create(CatalogUpdateSchema, { entries: listed(entries, place) }) });
    const send = watch.subscribe(id, this.#hosts.changes.listen(scopeKey(place.scope), tell));
    tell(this.#hosts.entries(place.scope));
  }

  async #subscribeRunList(caller: Caller, watch: Watch, id: string, topic: RunListTopic): Promise<void> {
    const place = await findPlace(caller, topic, this.#people);
    const list = new RunListView(this.#journal, reachIn(place), filterOf(topic.filter), (kind) => send(kind));
    const send = watch.subscribe(
      id,
      this.#runs.lists.listen(scopeKey(place.scope), (news) => list.tell(news)),
    );
    send({ case: "runListOpened", value: {} });
  }

  async #subscribeHosts(caller: Caller, watch: Watch, id: string, topic: HostsTopic): Promise<void> {
    const place = await findPlace(caller, topic, this.#people);
    assertManages(place);
    let end = () => {};
    const send = watch.subscribe(id, () => end());
    end = watchHosts({ hosts: this.#hosts, runs: this.#runs, everyMs: this.#heardMs }, place.scope, (kind) =>
      send({ case: "hosts", value: { kind } }),
    );
  }

  async #subscribeProfile(caller: Caller, watch: Watch, id: string): Promise<void> {
    if (caller.kind !== "person") throw new NotFoundError("An API key has no profile.");
    const { person, memberships } = caller;
    const tell = (now: PersonRecord) => send({ case: "profile", value: profileOf(now, memberships[0]) });
    const send = watch.subscribe(id, this.#profiles.changes.listen(person.id, tell));
    const now = await this.#people.readPerson(person.id);
    if (now) tell(now);
  }

  async #subscribePage(caller: Caller, watch: Watch, id: string, topic: PageTopic): Promise<void> {
    checkSize("The parameters", toBinary(PageTopicSchema, topic).length, limits.answerBytes);
    const place = await findPlace(caller, topic, this.#people);
    let close = () => {};
    const send = watch.subscribe(id, () => close());
    try {
      close = this.#pages.open(caller, place, topic, {
        tell: (value) => send({ case: "page", value }),
        denied: () => {
          send({ case: "resync", value: { reason: "You may not open this page any more." } });
          watch.unsubscribe(id);
        },
      });
    } catch (error) {
      watch.unsubscribe(id);
      throw error;
    }
  }
}

/**
 * What came after a sequence. What was only broadcast has the place of the event before it: told after a later one it would undo what that
 * one says, such as that a program has stopped loading.
 */
export function newer({ events, state }: RunNews, after: bigint): RunEvent[] {
  let place = state.sequence - BigInt(events.filter(({ sequence }) => sequence > 0n).length);
  return events.filter(({ sequence }) => {
    if (sequence > 0n) place = sequence;
    return sequence > 0n ? sequence > after : place >= after;
  });
}

/** The entries that lists show in a place: those that may be opened, unlisted and archived ones left out. */
export function listed(entries: ReadonlyMap<string, CatalogEntry>, place: Place): CatalogEntry[] {
  return [...entries]
    .filter(([path, { route, archived }]) => !route?.unlisted && !archived && canOpen(path, entries, place))
    .map(([, entry]) => entry);
}
