import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  ChartKind,
  type DisplayChartSchema,
  type DisplayGridSchema,
  type GridItemSchema,
  ImageFit,
  type IoComponentSchema,
  MediaSize,
  MetadataLayout,
  Theme,
  toValue,
} from "@interval/proto";
import type { Step } from "./scripts.ts";

type Component = MessageInitShape<typeof IoComponentSchema>;
type Chart = MessageInitShape<typeof DisplayChartSchema>;

const route = (path: string) => ({ target: { case: "route" as const, value: { path } } });
const url = (value: string) => ({ target: { case: "url" as const, value } });
const pending = { state: { case: "pending" as const, value: {} } };
const failed = (value: string) => ({ state: { case: "error" as const, value } });

/** A landscape, so that the demo needs nobody's server. */
function picture(hue: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><rect width="320" height="200" fill="hsl(${hue} 60% 78%)"/><circle cx="250" cy="50" r="26" fill="hsl(${hue} 80% 92%)"/><path d="M0 150 90 70l70 70 60-50 100 90v20H0z" fill="hsl(${hue} 45% 42%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
const image = (hue: number, more: object = {}) => ({
  source: { case: "url" as const, value: picture(hue) },
  alt: "Mountains",
  ...more,
});

/** The items of the demo's grid. */
export const demoItems: MessageInitShape<typeof GridItemSchema>[] = Array.from({ length: 30 }, (_, index) => ({
  key: `item_${index}`,
  label: `Trail ${index + 1}${index === 1 ? ", which has a name that goes on for longer than a card is wide" : ""}`,
  description: index % 3 === 0 ? `${8 + index} km, **steep** in places` : undefined,
  image: image((index * 47) % 360, { fit: ImageFit.COVER, aspectRatio: 16 / 9 }),
  link: index % 4 === 3 ? undefined : route("refund"),
  menu:
    index % 2 === 0
      ? [
          { label: "Edit", link: route("users/create") },
          { label: "Close", theme: Theme.DANGER, link: route("question") },
        ]
      : [],
}));
const grid: MessageInitShape<typeof DisplayGridSchema> = {
  firstPage: { items: demoItems.slice(0, 8), totalItems: BigInt(demoItems.length), hasMore: true },
  pageSize: 8,
  filterable: true,
  idealColumnWidth: 220,
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const record = (fields: Record<string, unknown>) => ({
  fields: Object.entries(fields).map(([name, value]) => ({ name, value: toValue(value) })),
});
const sales = months.map((month, i) =>
  record({
    month,
    Online: 12_000 + 900 * i + 2500 * Math.sin(i),
    Stores: 9000 + 2200 * Math.cos(i),
    Partners: i === 4 ? null : 3000 + 400 * i,
  }),
);
const visits = Array.from({ length: 60 }, (_, i) =>
  record({ day: new Date(Date.UTC(2026, 8, 1 + i)), visits: 400 + 6 * i + 120 * Math.sin(i / 2) }),
);
const sizes = Array.from({ length: 40 }, (_, i) =>
  record({ weight: 40 + ((i * 37) % 60), height: 150 + ((i * 23) % 45) }),
);

function chart(key: string, label: string, value: Chart): Component {
  return { key, label, kind: { case: "displayChart", value } };
}

const items = [
  { key: "name", label: "Name", value: toValue("Ada Lovelace"), link: route("users/create") },
  { key: "plan", label: "Plan", value: toValue("Enterprise") },
  { key: "since", label: "Customer since", value: toValue(new Date(Date.UTC(2024, 2, 8, 10))) },
  { key: "site", label: "Site", value: toValue("example.com"), link: url("https://example.com") },
  { key: "balance", label: "Balance", eventual: pending },
  { key: "risk", label: "Risk", eventual: failed("The scoring service answered 503.") },
  { key: "logo", label: "Logo", value: toValue("Acme"), image: image(200) },
  { key: "orders", label: "Orders", value: toValue(12_345.5) },
  { key: "tags", label: "Tags", value: toValue(["new", "vip"]) },
  { key: "none", label: "Notes" },
];
const code = `// Refunds a charge, once.
export async function refund(id: string, cents = 0): Promise<Refund> {
  const charge = await charges.find(id);
  if (charge.cents < cents) throw new RangeError(\`At most \${charge.cents} can be refunded, and this line is so long that it has to be scrolled\`);
  return { id, cents, at: new Date(), done: true };
}
`;
const html = `<h2>Terms</h2><p class="x" style="color:red">Text with <b>bold</b>, <a href="https://example.com">a link</a>
and <a href="javascript:alert(1)">a bad one</a>.</p><script>alert(1)</script><style>p > b { color: red }</style><ul><li>One</li><li>Two</li></ul>
<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>`;

const components: Component[] = [
  {
    key: "h2",
    label: "Displays",
    kind: {
      case: "displayHeading",
      value: {
        description: "All that can be shown.",
        menuItems: [
          { label: "Refund", link: route("refund") },
          { label: "Delete", theme: Theme.DANGER, link: route("question") },
          { label: "Not now", disabled: true },
        ],
      },
    },
  },
  { key: "h3", label: "Of level three", kind: { case: "displayHeading", value: { level: 3 } } },
  { key: "h4", label: "Of level four", kind: { case: "displayHeading", value: { level: 4 } } },
  {
    key: "primary",
    label: "Open the dashboard",
    kind: { case: "displayLink", value: { link: url("https://example.com") } },
  },
  {
    key: "secondary",
    label: "Refund",
    kind: { case: "displayLink", value: { link: route("refund"), theme: Theme.SECONDARY } },
  },
  {
    key: "danger",
    label: "Delete the account",
    kind: { case: "displayLink", value: { link: route("question"), theme: Theme.DANGER } },
  },
  {
    key: "download",
    label: "Invoice.pdf",
    kind: {
      case: "displayLink",
      value: { link: { ...url("https://example.com/i.pdf"), download: "Invoice.pdf" }, theme: Theme.SECONDARY },
    },
  },
  {
    key: "dead",
    label: "A link that runs code",
    kind: { case: "displayLink", value: { link: url("javascript:alert(1)") } },
  },
  { key: "grid", label: "Metadata as a grid", kind: { case: "displayMetadata", value: { items } } },
  {
    key: "list",
    label: "Metadata as a list",
    kind: { case: "displayMetadata", value: { items, layout: MetadataLayout.LIST } },
  },
  {
    key: "card",
    label: "Metadata as cards",
    kind: { case: "displayMetadata", value: { items, layout: MetadataLayout.CARD } },
  },
  { key: "code", label: "Code", kind: { case: "displayCode", value: { code, language: "ts" } } },
  {
    key: "json",
    label: "",
    kind: { case: "displayCode", value: { code: '{ "id": 5, "tags": ["a", null] }', language: "json" } },
  },
  { key: "plain", label: "Plain", kind: { case: "displayCode", value: { code: "GET / 200\nGET /x 404" } } },
  { key: "html", label: "HTML", kind: { case: "displayHtml", value: { html } } },
  {
    key: "thumbnail",
    label: "Thumbnail",
    kind: { case: "displayImage", value: { image: image(20, { size: MediaSize.THUMBNAIL }) } },
  },
  {
    key: "small",
    label: "Small",
    kind: { case: "displayImage", value: { image: image(90, { size: MediaSize.SMALL }) } },
  },
  {
    key: "medium",
    label: "Medium",
    kind: { case: "displayImage", value: { image: image(160, { size: MediaSize.MEDIUM }) } },
  },
  {
    key: "large",
    label: "Large",
    kind: { case: "displayImage", value: { image: image(230, { size: MediaSize.LARGE }) } },
  },
  {
    key: "broken",
    label: "Broken",
    kind: {
      case: "displayImage",
      value: {
        image: {
          source: { case: "url", value: "data:image/png;base64,AAAA" },
          alt: "A map of the region",
          size: MediaSize.MEDIUM,
        },
      },
    },
  },
  { key: "onItsWay", label: "On its way", kind: { case: "displayImage", value: { eventual: pending } } },
  {
    key: "never",
    label: "Never",
    kind: { case: "displayObject", value: { eventual: failed("The database is away.") } },
  },
  {
    key: "video",
    label: "Video",
    kind: {
      case: "displayVideo",
      value: { source: { case: "url", value: "https://127.0.0.1:9/none.mp4" }, size: MediaSize.MEDIUM },
    },
  },
  chart("line", "Revenue", { kind: ChartKind.LINE, rows: sales, x: "month", y: ["Online", "Stores", "Partners"] }),
  chart("bar", "Revenue, stacked", {
    kind: ChartKind.BAR,
    rows: sales,
    x: "month",
    y: ["Online", "Stores", "Partners"],
    stacked: true,
  }),
  chart("area", "Visits", { kind: ChartKind.AREA, rows: visits, x: "day", y: ["visits"] }),
  chart("pie", "Online by month", { kind: ChartKind.PIE, rows: sales.slice(0, 6), x: "month", y: ["Online"] }),
  chart("scatter", "Sizes", { kind: ChartKind.SCATTER, rows: sizes, x: "weight", y: ["height"] }),
  chart("newer", "A newer kind", { rows: sales.slice(0, 3), x: "month", y: ["Online"] }),
  chart("late", "On its way", { eventual: pending }),
];

/** Every display, and how one looks that is not there. */
export const displaysScript: Step[] = [
  ...components.map(
    (component): Step => ({ case: "called", value: { call: { key: component.key, components: [component] } } }),
  ),
  {
    case: "called",
    value: {
      call: {
        key: "trails",
        components: [{ key: "trails", label: "Trails", kind: { case: "displayGrid", value: grid } }],
      },
    },
  },
  { case: "finished", value: { outcome: { case: "success", value: {} } } },
];
