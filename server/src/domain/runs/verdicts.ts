import { create } from "@bufbuild/protobuf";
import { isOver, type LiveRun, type ResumedRun, ResumedRunSchema } from "@interval/proto";
import type { JournalStore } from "../../store/store.ts";
import { scopeKey } from "../access/place.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { RunActor } from "./actor.ts";

/**
 * What becomes of the runs that live in a host's process. There may be thousands: those that can have but one host are not brought to life for
 * it. What happens in runs that go on is held back for the host until it is told what it missed.
 */
export async function verdictsOf(
  host: AttachedHost,
  liveRuns: LiveRun[],
  { journal, find }: { journal: JournalStore; find: (runId: string) => Promise<RunActor> },
): Promise<ResumedRun[]> {
  const ids = liveRuns.map(({ runId }) => runId);
  const records = new Map((await journal.readRuns(ids)).map((record) => [record.run.id, record]));
  const heard = await journal.readHostSequences(ids, 1);
  const verdict = async ({ runId, ended, epoch: given }: LiveRun) => {
    const known = records.get(runId);
    // A run of another environment or process is as one that never was, whatever there is of it.
    const record = known && scopeKey(known.scope) === scopeKey(host.scope) ? known : undefined;
    const epoch = given || 1;
    // A store that fails just now refuses the host, which tries again: without its epoch a live run would be given up.
    const actor = record?.run.durable ? await find(runId) : undefined;
    const owner = actor ? actor.state : { hostInstanceId: record?.hostInstanceId, epoch: 1 };
    const isOwn = record !== undefined && owner.hostInstanceId === host.instanceId && (owner.epoch || 1) === epoch;
    if (!isOwn) return create(ResumedRunSchema, { runId });
    const resumed = ended || !isOver(record.run);
    if (resumed) host.hold(runId);
    const lastSequence = actor ? await actor.hostSequence(epoch) : (heard.get(runId) ?? 0);
    return create(ResumedRunSchema, { runId, resumed, lastSequence: BigInt(lastSequence) });
  };
  return Promise.all(liveRuns.map(verdict));
}
