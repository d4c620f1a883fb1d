import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { AnswerRefusedError, runAction } from "@interval/sdk/testing";
import { type Charge, chargesOf, findCustomer } from "../shop/shop";
import refund from "./refund";

const user = { email: "grace@support.example", firstName: "Grace" };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "refunds-"));
  process.env.SHOP_FILE = path.join(directory, "shop.json");
});
afterEach(() => rmSync(directory, { recursive: true }));

function charges(): Charge[] {
  const ada = findCustomer("ada@example.com");
  assert.ok(ada);
  return chargesOf(ada);
}

test("charges are refunded one by one", async () => {
  const run = runAction(refund, { user });
  await run.answer("ada@example.com");

  const table = await run.component("Charges to refund");
  assert.equal((await table.rows()).length, 34);
  await run.answer({ charges: (all: Charge[]) => all.slice(0, 2), reason: "duplicate" });
  await run.answer(true);

  assert.deepEqual(await run.result(), {
    Customer: "Ada Lovelace",
    Charges: 2,
    Refunded: "$987.00",
    Reason: "Duplicate charge",
  });
  const refunded = charges().filter((charge) => charge.refund);
  assert.deepEqual(
    refunded.map((charge) => [charge.refund?.reason, charge.refund?.by]),
    [
      ["duplicate", "grace@support.example"],
      ["duplicate", "grace@support.example"],
    ],
  );

  assert.equal(run.logs.length, 2);
  assert.equal(run.progress.at(-1)?.itemsCompleted, 2);
});

test("nothing is refunded unless the operator is sure", async () => {
  const run = runAction(refund, { user });
  await run.answer("ada@example.com");
  await run.answer({ charges: [0] });
  await run.answer(false);
  assert.equal(await run.result(), "Nothing was refunded.");
  assert.ok(charges().every((charge) => !charge.refund));
});

test("somebody who is no customer is refused, and the operator may correct it", async () => {
  const run = runAction(refund, { user });
  await assert.rejects(run.answer("ada@example.org"), /No customer has the address ada@example.org/);
  await run.answer("ada@example.com");
  await assert.rejects(run.answer({ charges: [] }), AnswerRefusedError);
  await run.cancel();
});
