import type { MessageInitShape } from "@bufbuild/protobuf";
import { type IoCallSchema, type RunEventSchema, Theme, toValue } from "@interval/proto";
import { displaysScript } from "./displays-script.ts";
import { filesScript } from "./files-script.ts";
import { choiceComponents, sheetComponents } from "./sheets.ts";
import { storyScript } from "./story-script.ts";
import { demoTable } from "./table-rows.ts";
import { tablesScript } from "./tables-script.ts";

/** What happens next in a scripted run; a call that awaits an answer holds it up. */
export type Step = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;
type Call = MessageInitShape<typeof IoCallSchema>;

const ask = (call: Call): Step => ({ case: "called", value: { call: { awaitsAnswer: true, ...call } } });
const show = (call: Call): Step => ({ case: "called", value: { call } });
const log = (...values: unknown[]): Step => ({
  case: "logged",
  value: { values: values.map((value) => toValue(value)) },
});
const done = (result?: unknown): Step => ({
  case: "finished",
  value: { outcome: { case: "success", value: { result: result === undefined ? undefined : toValue(result) } } },
});

const text = (key: string, label: string, more: object = {}) => ({
  key,
  label,
  kind: { case: "inputText" as const, value: {} },
  ...more,
});
const option = (label: string, description?: string) => ({ key: `s:${label}`, label, description });
const countries = ["Austria", "Belgium", "Canada", "Denmark", "Estonia", "Finland", "Germany", "Hungary", "Iceland"];

/** What the demo's actions do, by path. */
export const demoScripts: Record<string, Step[]> = {
  displays: displaysScript,
  files: filesScript,
  tables: tablesScript,
  payout: storyScript,
  chatty: [...Array.from({ length: 300 }, (_, i) => log(`Line ${i + 1}`)), done()],
  hello: [ask({ key: "name", components: [text("name", "Your name")] }), done("Hello, Ada")],
  question: [
    ask({
      key: "sure",
      components: [
        {
          key: "sure",
          label: "Delete this account?",
          helpText: "It **cannot** be undone.",
          kind: { case: "confirm", value: {} },
        },
      ],
    }),
    done({ deleted: true, id: 5n, at: new Date(0), by: "Ada Lovelace" }),
  ],
  failure: [
    log("About to fail", { attempt: 1 }),
    {
      case: "finished",
      value: {
        outcome: {
          case: "failure",
          value: {
            type: "TypeError",
            message: "This cannot work",
            stack: "TypeError: This cannot work\n    at refund (routes/refund.ts:12:9)",
            cause: { type: "Error", message: "The payment provider answered 402" },
            errors: [
              {
                type: "FetchError",
                message: "eu.example.com did not answer",
                cause: { type: "Error", message: "ETIMEDOUT" },
              },
              {
                type: "TypeError",
                message: "us.example.com answered with no JSON",
                stack: "TypeError: no JSON\n    at parse (mirror.ts:5:1)",
              },
            ],
          },
        },
      },
    },
  ],
  progress: [
    log("Connected to the index"),
    {
      case: "loading",
      value: {
        loading: { label: "Indexing documents", description: "orders/2026-11", itemsInQueue: 40n, itemsCompleted: 17n },
      },
    },
  ],
  refund: [
    ask({
      key: "customer",
      components: [{ key: "email", label: "Customer’s e-mail", kind: { case: "inputEmail", value: {} } }],
    }),
    ask({
      key: "charges",
      components: [
        {
          key: "charges",
          label: "Which charges?",
          helpText: "At most three at once.",
          kind: { case: "selectTable", value: { table: demoTable, minSelections: 1, maxSelections: 3 } },
        },
      ],
      choices: [
        { value: "refund", label: "Refund", theme: Theme.DANGER },
        { value: "back", label: "Back", theme: Theme.SECONDARY, skipValidation: true },
      ],
    }),
    done({ refunded: 2, total: 37.5, receipts: ["https://example.com/r/1"], nested: { currency: "USD" } }),
  ],
  inputs: [
    ask({
      key: "asked",
      label: "Numbers, days and texts",
      components: [
        {
          key: "volume",
          label: "Volume",
          helpText: "Up to **eleven**.",
          kind: { case: "inputSlider", value: { min: 0, max: 11, step: 0.5, defaultValue: 4 } },
        },
        { key: "url", label: "Website", kind: { case: "inputUrl", value: {} } },
        {
          key: "day",
          label: "Delivery day",
          kind: {
            case: "inputDate",
            value: { min: { year: 2026, month: 11, day: 10 }, max: { year: 2027, month: 2, day: 28 } },
          },
        },
        {
          key: "time",
          label: "Opening time",
          optional: true,
          kind: { case: "inputTime", value: { defaultValue: { hour: 12, minute: 0 } } },
        },
        {
          key: "moment",
          label: "Goes live",
          kind: {
            case: "inputDatetime",
            value: { defaultValue: { date: { year: 2026, month: 12, day: 1 }, time: { hour: 0, minute: 0 } } },
          },
        },
        {
          key: "notes",
          label: "Announcement",
          helpText: "Sent to every customer.",
          kind: { case: "inputRichText", value: { placeholder: "Dear customers…" } },
        },
        {
          key: "off",
          label: "Last announcement",
          disabled: true,
          kind: {
            case: "inputRichText",
            value: {
              defaultValue:
                '<h2>Hello</h2><p>Some <strong>bold</strong> news, and a <a href="https://example.com">link</a>.</p><ul><li><p>one</p></li><li><p>two</p></li></ul>',
            },
          },
        },
        {
          key: "offDay",
          label: "Last day",
          disabled: true,
          kind: { case: "inputDate", value: { defaultValue: { year: 2026, month: 1, day: 31 } } },
        },
      ],
    }),
    done(),
  ],
  sheet: [ask({ key: "sheet", components: sheetComponents }), done()],
  choices: [ask({ key: "choices", components: choiceComponents }), done()],
  everything: [
    show({
      key: "shown",
      components: [
        {
          key: "h",
          label: "Everything",
          kind: {
            case: "displayHeading",
            value: {
              description: "All that this dashboard shows.",
              menuItems: [{ label: "Refund", link: { target: { case: "route", value: { path: "refund" } } } }],
            },
          },
        },
        {
          key: "m",
          label:
            "Some **bold**, `code` and a [link](https://example.com).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
          kind: { case: "displayMarkdown", value: {} },
        },
        {
          key: "o",
          label: "An order",
          kind: {
            case: "displayObject",
            value: {
              data: toValue({
                id: 12345678901234567890n,
                at: new Date(0),
                lines: [{ sku: "A-1", n: 2, gift: false }, null],
                tags: new Set(["new"]),
                missing: undefined,
              }),
            },
          },
        },
        { key: "t", label: "Charges", kind: { case: "displayTable", value: { table: demoTable } } },
        { key: "newer", label: "From a newer host" },
      ],
    }),
    log("A line in the log", 5n),
    ask({
      key: "asked",
      label: "A whole form",
      sections: [{ key: "more", label: "More", helpText: "A section of its own." }],
      components: [
        text("text", "Text", {
          helpText: "With **help**.",
          kind: { case: "inputText", value: { placeholder: "Type here", minLength: 3 } },
        }),
        text("lines", "Lines", { optional: true, kind: { case: "inputText", value: { multiline: true } } }),
        { key: "number", label: "Amount", kind: { case: "inputNumber", value: { currency: "USD", min: 1 } } },
        { key: "email", label: "E-mail", kind: { case: "inputEmail", value: {} } },
        { key: "agree", label: "Send a receipt", helpText: "By e-mail.", kind: { case: "inputBoolean", value: {} } },
        {
          key: "single",
          label: "Reason",
          section: "more",
          kind: {
            case: "selectSingle",
            value: {
              options: [
                option("Duplicate"),
                option("Fraudulent", "The card was stolen"),
                option("Requested by customer"),
              ],
            },
          },
        },
        {
          key: "country",
          label: "Country",
          section: "more",
          kind: { case: "selectSingle", value: { options: countries.map((name) => option(name)), searchable: true } },
        },
        {
          key: "multiple",
          label: "Notify",
          section: "more",
          kind: { case: "selectMultiple", value: { options: [option("Sales"), option("Support"), option("Finance")] } },
        },
        {
          key: "off",
          label: "Cannot be changed",
          section: "more",
          disabled: true,
          kind: { case: "inputText", value: { defaultValue: "Fixed" } },
        },
      ],
    }),
    done(),
  ],
};
