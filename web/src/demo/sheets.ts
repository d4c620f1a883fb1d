import type { MessageInitShape } from "@bufbuild/protobuf";
import { type IoComponentSchema, type SearchFetch, SpreadsheetCellType, toValue } from "@interval/proto";

type Component = MessageInitShape<typeof IoComponentSchema>;

const first = ["Ada", "Grace", "Katherine", "Edsger", "Barbara", "Alan", "Radia", "Donald", "Margaret", "Dennis"];
const last = [
  "Lovelace",
  "Hopper",
  "Johnson",
  "Dijkstra",
  "Liskov",
  "Turing",
  "Perlman",
  "Knuth",
  "Hamilton",
  "Ritchie",
];

function picture(index: number): string {
  const colour = `hsl(${(index * 47) % 360} 60% 55%)`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${colour}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const people = Array.from({ length: 100 }, (_, i) => ({
  key: `n:${i}`,
  label: `${first[i % 10]} ${last[(i * 7 + Math.floor(i / 10)) % 10]}`,
  description: `${first[i % 10]?.toLowerCase()}${i}@example.com`,
  image: { source: { case: "url" as const, value: picture(i) } },
}));

const columns = [
  { key: "name", type: SpreadsheetCellType.STRING },
  { key: "amount", type: SpreadsheetCellType.NUMBER },
  { key: "paid", type: SpreadsheetCellType.BOOLEAN },
  { key: "due", type: SpreadsheetCellType.DATE, optional: true },
  { key: "note", type: SpreadsheetCellType.STRING, optional: true },
];

const defaultRows = people.slice(0, 12).map(({ label }, i) => ({
  cells: {
    name: toValue(label),
    amount: toValue(1250.5 * (i + 1)),
    paid: toValue(i % 3 === 0),
    due: { kind: { case: "calendarDateValue" as const, value: { year: 2026, month: 1 + (i % 12), day: 28 } } },
  },
}));

/** A sheet of rows. */
export const sheetComponents: Component[] = [
  {
    key: "sheet",
    label: "Invoices",
    helpText: "Paste them from your **spreadsheet**.",
    kind: { case: "inputSpreadsheet", value: { columns, defaultRows } },
  },
];

/** Searches and selects in all their forms. */
export const choiceComponents: Component[] = [
  {
    key: "one",
    label: "Customer",
    helpText: "Type “slow”, “none” or “fail” to see what happens then.",
    kind: { case: "search", value: { placeholder: "Name or e-mail", initialResults: people.slice(0, 4) } },
  },
  {
    key: "several",
    label: "Reviewers",
    multiple: true,
    optional: true,
    kind: { case: "search", value: { defaultValues: people.slice(2, 4) } },
  },
  {
    key: "plan",
    label: "Plan",
    kind: {
      case: "selectSingle",
      value: {
        options: [
          { key: "s:free", label: "Free", description: "For trying out.", image: people[0]?.image },
          {
            key: "s:team",
            label: "Team",
            description: "Up to 20 people, with everything that a team needs in its daily work, and e-mail support.",
            image: people[1]?.image,
          },
          { key: "s:long", label: `A name that is long: ${"abcdefghijklmnopqrstuvwxyz".repeat(3)}` },
        ],
      },
    },
  },
  {
    key: "person",
    label: "Owner",
    optional: true,
    kind: { case: "selectSingle", value: { options: people.slice(0, 20), searchable: true, defaultValue: "n:3" } },
  },
  {
    key: "tags",
    label: "Tags",
    kind: {
      case: "selectMultiple",
      value: { options: people.slice(0, 5), defaultValues: ["n:1"], minSelections: 1, maxSelections: 3 },
    },
  },
  {
    key: "many",
    label: "Products",
    kind: {
      case: "selectMultiple",
      value: {
        options: Array.from({ length: 1000 }, (_, i) => ({ key: `n:${i}`, label: `Product ${i + 1}` })),
        defaultValues: ["n:1", "n:500"],
        maxSelections: 5,
      },
    },
  },
];

/** Finds people as a host would, slowly where it is asked to. */
export async function demoSearch({ query }: SearchFetch) {
  if (query === "fail") throw new Error("The directory cannot be reached.");
  await new Promise((resolve) => setTimeout(resolve, query === "slow" ? 5000 : 300));
  const term = query.toLowerCase();
  return people.filter(({ label, description }) => `${label} ${description}`.toLowerCase().includes(term));
}
