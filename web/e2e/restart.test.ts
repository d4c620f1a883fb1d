import { RunStatus } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OperatorClient, openCall, runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
new Interval({
  routes: {
    sum: async () => {
      const a = await io.input.number("A");
      const b = await io.input.number("B");
      return "sum " + (a + b);
    },
  },
}).listen();
`;

let stage: Stage;
let client: OperatorClient;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("sum", program);
  client = stage.client;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const number = (key: string, value: number) =>
  ({ values: { [key]: { kind: { case: "inputNumber", value: { number: value } } } } }) as const;

describe("a server that is stopped in the middle of a run", () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`by ${signal}: the run goes on where it was, in the program and in the browser`, async () => {
      await using operator = await stage.signIn();
      const { page } = operator;
      const asked = await client.answer(await client.start("sum"), number("inputNumber:A", 40));
      expect(openCall(asked).call?.key).toBe("inputNumber:B");
      await stage.drive(page, runId(asked));
      await page.getByLabel("B", { exact: true }).fill("2");

      await stage.server.restart(signal);

      await expect.poll(() => page.getByLabel("B", { exact: true }).isEnabled(), { timeout: 30_000 }).toBe(true);
      expect(await page.getByLabel("B", { exact: true }).inputValue()).toBe("2");
      const resumed = await client.settle(runId(asked));
      expect(resumed.calls.map(({ call }) => call?.key)).toEqual(["inputNumber:A", "inputNumber:B"]);
      await client.runs.takeOver({ runId: runId(asked) });
      const ended = await client.answer(resumed, number("inputNumber:B", 2));
      expect(ended.run?.status).toBe(RunStatus.SUCCEEDED);
      await page.getByText("sum 42", { exact: true }).waitFor();
    });
  }
});
