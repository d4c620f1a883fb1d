import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { AnswerRefusalSchema, FieldErrorCode, fromValue, type IoValueSchema, RunStatus } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OperatorClient, openCall } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
const interval = new Interval({
  routes: {
    order: async () => {
      const order = await io.group({
        name: io.input.text("Name", { minLength: 3, maxLength: 5 }),
        email: io.input.email("E-mail"),
        amount: io.input.number("Amount", { min: 10, max: 20, currency: "USD" }),
        count: io.input.number("Count", { min: 1 }),
        size: io.select.single("Size", { options: ["small", "large"] }),
        extras: io.select.multiple("Extras", { options: [1, 2, 3], minSelections: 1, maxSelections: 2 }),
        rows: io.select.table("Rows", { data: [{ id: 1, name: "a" }, { id: 2, name: "b" }], minSelections: 1 }),
        agree: io.input.boolean("Agree").validate((agree) => (agree ? undefined : "Please agree.")),
      });
      return { ...order, extras: order.extras.join("+"), rows: order.rows.map((row) => row.name).join("+") };
    },
  },
});
interval.listen();
`;

let stage: Stage;
let client: OperatorClient;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("order", program);
  client = stage.client;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

type Values = Record<string, MessageInitShape<typeof IoValueSchema>>;

const good: Values = {
  name: { kind: { case: "inputText", value: { text: "Ada L" } } },
  email: { kind: { case: "inputEmail", value: { email: "ada@example.com" } } },
  amount: { kind: { case: "inputNumber", value: { number: 12.99 } } },
  count: { kind: { case: "inputNumber", value: { number: 2 } } },
  size: { kind: { case: "selectSingle", value: { optionKey: "s:large" } } },
  extras: { kind: { case: "selectMultiple", value: { optionKeys: ["n:3", "n:1"] } } },
  rows: { kind: { case: "selectTable", value: { rowKeys: ["n:2"] } } },
  agree: { kind: { case: "inputBoolean", value: { checked: true } } },
};

describe("a scripted answer", () => {
  it("that breaks every constraint at once is refused with field errors, and the run goes on", async () => {
    const asked = await client.start("order");
    const values: Values = {
      name: { kind: { case: "inputText", value: { text: "ab" } } },
      email: { kind: { case: "inputEmail", value: { email: "nobody" } } },
      amount: { kind: { case: "inputNumber", value: { number: 9.999 } } },
      count: { kind: { case: "inputText", value: { text: "2" } } },
      size: { kind: { case: "selectSingle", value: { optionKey: "s:huge" } } },
      extras: { kind: { case: "selectMultiple", value: { optionKeys: ["n:1", "n:1", "n:3"] } } },
      rows: { kind: { case: "selectTable", value: { rowKeys: [] } } },
      unknown: { kind: { case: "inputText", value: { text: "x" } } },
    };
    const refused = await client.answer(asked, { values }).catch(ConnectError.from);
    expect(refused).toBeInstanceOf(ConnectError);
    if (!(refused instanceof ConnectError)) return;
    expect(refused.code).toBe(Code.InvalidArgument);
    const errors = refused.findDetails(AnswerRefusalSchema)[0]?.errors ?? [];
    const codes = Object.groupBy(errors, ({ componentKey }) => componentKey);
    const found = Object.fromEntries(Object.entries(codes).map(([key, list]) => [key, list?.map(({ code }) => code)]));
    expect(found).toMatchObject({
      name: [FieldErrorCode.TOO_SHORT],
      email: [FieldErrorCode.INVALID_EMAIL],
      amount: expect.arrayContaining([FieldErrorCode.TOO_SMALL, FieldErrorCode.TOO_MANY_DECIMALS]),
      count: [FieldErrorCode.WRONG_TYPE],
      size: [FieldErrorCode.UNKNOWN_OPTION],
      extras: expect.arrayContaining([FieldErrorCode.DUPLICATE]),
      rows: [FieldErrorCode.TOO_FEW],
      unknown: [FieldErrorCode.UNKNOWN_COMPONENT],
    });
    expect(errors.every(({ text }) => text.length > 0)).toBe(true);

    const judgedByHost: Values = {
      rows: { kind: { case: "selectTable", value: { rowKeys: ["n:99"] } } },
      agree: { kind: { case: "inputBoolean", value: { checked: false } } },
    };
    const again = await client.answer(asked, { values: { ...good, ...judgedByHost } });
    const reopened = openCall(again);
    expect(reopened.revision).toBe(1);
    expect(reopened.errors.map(({ componentKey, code }) => [componentKey, code])).toContainEqual([
      "rows",
      FieldErrorCode.UNKNOWN_OPTION,
    ]);

    const ended = await client.answer(again, { values: good });
    expect(ended.run?.status).toBe(RunStatus.SUCCEEDED);
    const outcome = ended.finished?.outcome;
    expect(outcome?.case === "success" && fromValue(outcome.value.result)).toEqual({
      name: "Ada L",
      email: "ada@example.com",
      amount: 12.99,
      count: 2,
      size: "large",
      extras: "1+3",
      rows: "b",
      agree: true,
    });
  });

  it("to an old revision, or given twice, changes nothing and says what is recorded", async () => {
    const asked = await client.start("order");
    await client.answer(asked, { values: good });
    const late = await client.answer(asked, { values: good }).catch(ConnectError.from);
    expect(late instanceof ConnectError && late.code).toBe(Code.Aborted);
  });
});
