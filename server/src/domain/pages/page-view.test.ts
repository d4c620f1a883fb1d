import type { MessageInitShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { HostFrameSchema, type PageUpdateSchema } from "@interval/proto";
import pino from "pino";
import { expect, test } from "vitest";
import type { AssetStore } from "../../store/store.ts";
import type { Place } from "../access/place.ts";
import { Background } from "../background.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import { PageView } from "./page-view.ts";

test("a store that cannot be read refuses the part that needs it; neither that nor a part that cannot be told holds up others", async () => {
  const told: Array<MessageInitShape<typeof PageUpdateSchema>["kind"]> = [];
  const view = new PageView({
    place: {} as Place,
    path: "about",
    owner: "session",
    assets: { readAssets: () => Promise.reject(new Error("The disk is away.")) } as Partial<AssetStore> as AssetStore,
    background: new Background(pino({ level: "silent" })),
    stacks: true,
    tell: ({ kind }) => {
      if (kind?.case === "part" && kind.value.key === "broken") throw new Error("It cannot be told.");
      told.push(kind);
    },
  });
  view.opening({} as AttachedHost, "page_1");
  const say = (body: MessageInitShape<typeof HostFrameSchema>["body"]) => view.heard(create(HostFrameSchema, { body }));
  say({ case: "page", value: { outcome: { case: "layout", value: { parts: ["broken", "picture", "text"] } } } });
  say({ case: "part", value: { key: "broken", content: { case: "component", value: {} } } });
  const image = { case: "displayImage", value: { image: { source: { case: "assetId", value: "asset_1" } } } } as const;
  say({ case: "part", value: { key: "picture", content: { case: "component", value: { kind: image } } } });
  const text = { case: "displayMarkdown", value: {} } as const;
  say({ case: "part", value: { key: "text", content: { case: "component", value: { kind: text } } } });
  await expect.poll(() => told.length).toBe(4);
  expect(told.slice(2)).toMatchObject([
    { case: "part", value: { key: "picture", content: { case: "failure" } } },
    { case: "part", value: { key: "text", content: { case: "component" } } },
  ]);
});
