import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createRouterTransport } from "@connectrpc/connect";
import { RunListOpenedSchema, RunSchema, RunService, RunStatus } from "@interval/proto";
import { expect, it } from "vitest";
import { runComposable } from "../demo/run-composable.ts";
import { useRunList } from "./useRunList.ts";

const newRun = (n: number) =>
  create(RunSchema, { id: `run_${n}`, startTime: timestampFromMs(n * 1000), status: RunStatus.RUNNING });

it("lists again after a loss all pages that were listed before, and no more", async () => {
  let runs = Array.from({ length: 50 }, (_, i) => newRun(50 - i)); // newest first
  const asked: string[] = [];
  const transport = createRouterTransport(({ service }) =>
    service(RunService, {
      listRuns({ pageSize, pageToken }) {
        asked.push(pageToken);
        const from = pageToken ? runs.findIndex(({ id }) => id === pageToken) + 1 : 0;
        const page = runs.slice(from, from + pageSize);
        return { runs: page, nextPageToken: from + pageSize < runs.length ? (page.at(-1)?.id ?? "") : "" };
      },
    }),
  );
  const place = { organization: "main", environment: "production" };
  const { used: list, tell } = runComposable(transport, () => useRunList(place, { pageSize: 10 }));
  const shown = () => list.runs.value.map(({ id, status }) => `${id} ${RunStatus[status]}`);
  await expect.poll(() => list.runs.value.length).toBe(10);
  await list.loadMore();
  await list.loadMore();
  expect(shown()).toHaveLength(30);

  // While the line was down, runs on later pages have ended, are gone and are new.
  runs = runs.filter(({ id }) => id !== "run_27").map((run) => ({ ...run, status: RunStatus.SUCCEEDED }));
  runs.unshift(newRun(51));
  asked.length = 0;
  tell({ case: "runListOpened", value: create(RunListOpenedSchema) });
  await expect.poll(() => asked.length).toBe(3);
  const wanted = runs.slice(0, 30).map(({ id, status }) => `${id} ${RunStatus[status]}`);
  await expect.poll(shown).toEqual(wanted);
  await list.loadMore();
  expect(shown()).toEqual(runs.slice(0, 40).map(({ id, status }) => `${id} ${RunStatus[status]}`));
});
