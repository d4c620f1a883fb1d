import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FieldErrorCode, HandoverOutcome, LogLevel, toValue } from "@interval/proto";
import { demoUser } from "./catalog.ts";
import type { Step } from "./scripts.ts";

const ada = { kind: { case: "user" as const, value: demoUser } };
const grace = {
  kind: {
    case: "user" as const,
    value: { id: "user_grace", email: "grace@example.com", firstName: "Grace", lastName: "Hopper" },
  },
};
const log = (level: LogLevel, ...values: unknown[]): Step => ({
  case: "logged",
  value: { level, values: values.map((value) => toValue(value)) },
});
const answer = (revision: number, amount: number, note: string, by: typeof ada | typeof grace): Step => ({
  case: "submitted",
  value: {
    callKey: "payout",
    revision,
    by,
    answer: {
      values: {
        amount: { kind: { case: "inputNumber", value: { number: amount } } },
        note: { kind: { case: "inputText", value: { text: note } } },
      },
      choice: "pay",
    },
  },
});
const longNote =
  "Agreed with the customer on the phone: the parcel came back twice, so that half of the price is paid out now and the rest with the next invoice.";

/** A run in which everything has happened that a transcript tells: two people, a refused answer, a host that was lost, steps. */
export const storyScript: Step[] = [
  log(LogLevel.INFO, "Looking for open payouts", { month: "2026-11", currency: "EUR" }),
  { case: "loading", value: { loading: { label: "Reading invoices", description: "2026-11", itemsInQueue: 312n } } },
  { case: "loading", value: {} },
  {
    case: "called",
    value: {
      call: {
        key: "found",
        components: [
          { key: "m", label: "There is **one** open payout.", kind: { case: "displayMarkdown", value: {} } },
        ],
      },
    },
  },
  {
    case: "called",
    value: {
      call: {
        key: "payout",
        label: "Pay out",
        awaitsAnswer: true,
        components: [
          { key: "amount", label: "Amount", kind: { case: "inputNumber", value: { currency: "EUR" } } },
          { key: "note", label: "Note", kind: { case: "inputText", value: {} } },
        ],
        choices: [{ value: "pay", label: "Pay" }],
      },
    },
  },
  answer(0, 5000, "Paid by hand", ada),
  {
    case: "refused",
    value: {
      callKey: "payout",
      revision: 0,
      errors: [
        { componentKey: "amount", code: FieldErrorCode.REJECTED, text: "More than €1,000 needs a second signature." },
      ],
    },
  },
  { case: "handoverRequested", value: { by: { actor: grace, tabId: "grace" } } },
  { case: "handoverEnded", value: { outcome: HandoverOutcome.GRANTED, by: ada } },
  { case: "driverChanged", value: { driver: { actor: grace, tabId: "grace" } } },
  answer(1, 950, longNote, grace),
  { case: "accepted", value: { callKey: "payout", revision: 1 } },
  {
    case: "hostLost",
    value: { reason: "The connection was lost.", graceUntil: timestampFromMs(Date.UTC(2026, 10, 3, 14, 3)) },
  },
  { case: "assigned", value: { hostInstanceId: "demo-2", epoch: 2 } },
  { case: "began", value: { hostInstanceId: "demo-2" } },
  log(LogLevel.WARNING, "The bank answered slowly, trying once more"),
  {
    case: "stepped",
    value: { key: "pay", name: "pay", outcome: { case: "result", value: toValue({ id: "po_81", status: "booked" }) } },
  },
  log(LogLevel.ERROR, "The receipt could not be printed"),
  {
    case: "finished",
    value: { outcome: { case: "success", value: { result: toValue({ paid: 950, currency: "EUR", receipt: null }) } } },
  },
];
