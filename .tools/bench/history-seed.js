// Writes runs into the store of a server, as its hosts and operators would.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ActorSchema, foldRun, RunEventSchema, RunSchema, RunTrigger, toValue } from "@interval/proto";
import { newId } from "../../server/dist/ids.js";
import { openSqliteStore } from "../../server/dist/store/sqlite/open.js";

/** Seeds runs of the admin's own development environment, the last one a minute ago, and returns how long that took in milliseconds. */
export async function seedRuns(dataDir, count, actions) {
  const store = await openSqliteStore(dataDir, { shared: true });
  const began = performance.now();
  try {
    const organization = await store.people.findOrganization("main");
    const environment = await store.people.findEnvironment(organization.id, "development");
    const admin = await store.people.findPersonByEmail("admin@localhost");
    const scope = { organizationId: organization.id, environmentId: environment.id, userId: admin.id };
    for (let i = 0; i < count; i += 500) {
      const batch = Array.from({ length: Math.min(500, count - i) }, (_, j) => newRun(i + j, count, actions, admin));
      await Promise.all(
        batch.map(async ([started, ...rest]) => {
          const { run } = started.kind.value;
          const record = { run, scope, startedByUserId: admin.id, sequence: 1, hostInstanceId: "bench" };
          await store.journal.createRun(record, [started], run.id, admin.id);
          const after = foldRun([started, ...rest]).run;
          await store.journal.append([{ runId: run.id, after: 1, events: rest, run: after, hostInstanceId: "bench" }]);
        }),
      );
    }
  } finally {
    await store.close();
  }
  return Math.round(performance.now() - began);
}

function newRun(i, count, actions, admin) {
  const number = i % Math.max(1, actions);
  const startMs = Date.now() - (count - i) * 60_000;
  const startedBy = create(ActorSchema, { kind: { case: "user", value: { ...admin } } });
  const run = create(RunSchema, {
    id: newId("run"),
    organization: "main",
    environment: "development",
    action: `area_${Math.floor(number / 50)}/action_${number}`,
    actionName: `Action ${number}`,
    startedBy,
    trigger: i % 10 === 0 ? RunTrigger.API : RunTrigger.OPERATOR,
    startTime: timestampFromMs(startMs),
    params: { order: toValue(`order-${i}`) },
  });
  const name = { kind: { case: "inputText", value: { text: `Customer ${i}` } } };
  const outcome =
    i % 7 === 0
      ? { case: "failure", value: { type: "Error", message: `Order ${i} was not found` } }
      : { case: "success", value: { result: toValue({ receipt: `R-${i}`, total: i * 1.5 }) } };
  const kinds = [
    { case: "started", value: { run, driver: { actor: startedBy }, hostInstanceId: "bench" } },
    { case: "began", value: { hostInstanceId: "bench" } },
    {
      case: "called",
      value: { call: { key: "name", awaitsAnswer: true, components: [{ key: "name", label: "Name" }] } },
    },
    { case: "submitted", value: { callKey: "name", answer: { values: { name } }, by: startedBy } },
    { case: "accepted", value: { callKey: "name" } },
    { case: "finished", value: { outcome } },
  ];
  return kinds.map((kind, j) => {
    const time = timestampFromMs(startMs + j * 700);
    return create(RunEventSchema, { sequence: BigInt(j + 1), time, kind });
  });
}
