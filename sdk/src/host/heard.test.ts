import { create } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FailureReason, type ServerFrame, ServerFrameSchema, toParams, ValueSchema } from "@interval/proto";
import { expect, it } from "vitest";
import { Action, ctx, Page } from "../index.ts";
import type { FakeHost } from "./fake-host.ts";
import { HostTest, hello, resultOf, text } from "./host-test.ts";

const test = new HostTest();

/** The numbers of the bodies in `ServerFrame`, and of a message in each that is spoiled. */
const bodies = {
  startRun: { no: 20, spoiled: 2, scalars: (writer: BinaryWriter) => writer.tag(4, WireType.Varint).int32(3) },
  answer: {
    no: 21,
    spoiled: 3,
    scalars: (writer: BinaryWriter) => writer.tag(1, WireType.LengthDelimited).string("k"),
  },
  fetch: { no: 22, spoiled: 4, scalars: (writer: BinaryWriter) => writer.tag(1, WireType.LengthDelimited).string("r") },
  openPage: { no: 25, spoiled: 2, scalars: (writer: BinaryWriter) => writer },
  recorded: { no: 28, spoiled: 1, scalars: (writer: BinaryWriter) => writer },
};

/** A frame that no reader takes, such as a newer server relays what an older one did not know. */
function unreadable(scope: ServerFrame["scope"], kind: keyof typeof bodies, sequence = 2n): ServerFrame {
  const { no, spoiled, scalars } = bodies[kind];
  const body = scalars(new BinaryWriter());
  body.tag(spoiled, WireType.LengthDelimited).bytes(new Uint8Array([0xff, 0xff]));
  const data = new BinaryWriter().bytes(body.finish()).finish();
  const frame = create(ServerFrameSchema, { sequence, scope });
  frame.$unknown = [{ no, wireType: WireType.LengthDelimited, data }];
  return frame;
}

const run = (value: string) => ({ case: "runId", value }) as const;
const page = (value: string) => ({ case: "pageId", value }) as const;

async function attached(): Promise<FakeHost> {
  return test.attached({ hello, about: new Page({ name: "About", handler: async () => undefined }) });
}

const failed = async (fake: FakeHost) => (await fake.next("finish")).outcome;
const fault = {
  case: "failure",
  value: {
    type: "BadResponseError",
    message: expect.stringMatching(/cannot be read/),
    reason: FailureReason.PROTOCOL,
  },
};

it.each(["answer", "startRun", "recorded"] as const)(
  "a frame with an unreadable %s ends its run, and the stream and other runs go on",
  async (kind) => {
    const fake = await attached();
    fake.start("run_other", "hello");
    await fake.next("call");
    if (kind === "answer") {
      fake.start("run_bad", "hello");
      await fake.next("call");
    }
    fake.say(unreadable(run("run_bad"), kind));
    if (kind === "recorded") fake.start("run_bad", "hello");
    expect(await failed(fake)).toMatchObject(fault);
    const last = fake.frames.at(-1);
    expect([last?.scope.value, last?.epoch]).toEqual(["run_bad", kind === "startRun" ? 3 : 0]);
    fake.run("run_other", 2n, text("inputText:Your name", "Ada"));
    expect(resultOf(await fake.next("finish"))).toBe("Hello, Ada");
    expect(test.server.hosts).toHaveLength(1);
  },
);

it("a frame with an unreadable fetch, or page, is answered with a failure", async () => {
  const fake = await attached();
  fake.say(
    unreadable(run("run_none"), "fetch"),
    unreadable(page("page_1"), "fetch"),
    unreadable(page("page_2"), "openPage"),
  );
  expect((await fake.next("page")).outcome).toMatchObject(fault);
  expect(await fake.next("fetched")).toMatchObject({ requestId: "r", outcome: { case: "failure" } });
  expect(await fake.next("fetched")).toMatchObject({ requestId: "r", outcome: { case: "failure" } });
  expect(test.server.hosts).toHaveLength(1);
});

it("a frame of which nothing can be told is skipped", async () => {
  const fake = await attached();
  const frame = create(ServerFrameSchema, {});
  frame.$unknown = [{ no: 2, wireType: WireType.LengthDelimited, data: new Uint8Array([1, 0xff]) }];
  fake.say(frame);
  fake.start("run_1", "hello");
  await fake.next("call");
  expect(test.server.hosts).toHaveLength(1);
});

it("params are read however deeply they were stored before there was a limit", async () => {
  const fake = await test.attached({ hello: new Action(async () => JSON.stringify(ctx.params.p)) });
  let value: unknown = 1;
  for (let i = 0; i < 20; i++) value = [value];
  const params = toParams({ p: value });
  let { p } = params;
  for (let i = 0; i < 40; i++) p = create(ValueSchema, { kind: { case: "listValue", value: { items: p ? [p] : [] } } });
  fake.run("run_1", 1n, { case: "startRun", value: { action: "hello", params: p ? { p } : {} } });
  expect(resultOf(await fake.next("finish"))).toBe(`${"[".repeat(60)}1${"]".repeat(60)}`);
});
