import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const harmful = `<p class="x" id="harm" style="color: red" onclick="x()">A <mark>marked</mark> text</p><style>p { color: red }</style>
<script>document.title = "harmed"</script><form>in a form<input name="x"></form><iframe srcdoc="x"></iframe><svg><circle r="5"/></svg>
<a href="https://example.com">good</a><a href="jAvascript&colon;alert(1)">bad</a><a href="data:text/html,x">data</a>
<img src="x" onerror="document.title = 'harmed'"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" alt="Dot">`;

const program = `
import { Interval, io } from "@interval/sdk";
const dot = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==";
const months = ["Jan", "Feb", "Mar"].map((month, i) => ({ month, online: 1000 * (i + 1), stores: i === 1 ? null : 500 }));
const days = Array.from({ length: 30 }, (_, i) => ({ day: new Date(Date.UTC(2026, 0, 1 + i)), visits: 40 + i }));
const trails = Array.from({ length: 45 }, (_, i) => ({ id: i, name: "Trail " + i }));
const charts = (kind, props) => io.display.chart("A chart: " + kind, { kind, data: months, x: "month", y: "online", ...props });
const soon = (value) => new Promise((resolve) => setTimeout(() => resolve(value), 300));
new Interval({
  routes: {
    displays: async () => {
      await io.group([
        io.display.heading("Displays", { level: 2, description: "All of them", menuItems: [{ label: "Again", route: "displays" }] }),
        io.display.link("Somewhere", { url: "https://example.com" }),
        io.display.html("HTML", { html: ${JSON.stringify(harmful)} }),
        io.display.code("Code", { code: "const a = '<b>1</b>';", language: "ts" }),
        io.display.image("Image", { url: dot, alt: "A dot", size: "small" }),
        io.display.image("Bytes", { buffer: Buffer.from(dot.split(",")[1], "base64"), alt: "A stored dot" }),
        io.display.metadata("Metadata", {
          layout: "list",
          data: [
            { label: "Now", value: 1234.5 },
            { label: "Soon", value: soon("It is there") },
            { label: "Never", value: async () => { throw new Error("The bank is closed."); } },
          ],
        }),
        charts("line", { y: ["online", "stores"] }),
        charts("bar", { y: ["online", "stores"], stacked: true }),
        charts("area", { data: days, x: "day", y: "visits" }),
        charts("pie"),
        charts("scatter", { data: days.map((day, i) => ({ x: i, y: day.visits })), x: "x", y: "y" }),
      ]);
      await io.display.grid("Trails", {
        getData: async ({ queryTerm = "", offset, pageSize }) => {
          const found = trails.filter(({ name }) => name.includes(queryTerm));
          return { data: found.slice(offset, offset + pageSize), totalRecords: found.length };
        },
        renderItem: ({ id, name }) => ({ label: name, image: { url: dot, fit: "cover", aspectRatio: 2 }, route: "displays", menu: [{ label: "Open", route: "displays" }] }),
      });
    },
  },
}).listen();
`;

let stage: Stage;
let address: string;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("displays", program);
  address = stage.address(`runs/${runId(await stage.client.start("displays"))}`);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe.each([
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 390 },
] as const)("displays ($colorScheme, $width px)", ({ colorScheme, width }) => {
  it("keep the page's policy, can be read by everybody, and fit", async () => {
    await using operator = await stage.signIn({ colorScheme, viewport: { width, height: 900 } });
    const { page } = operator;
    await page.goto(address);
    await page.getByText("Trail 0", { exact: true }).waitFor();
    await page.getByText("It is there").waitFor();
    await page.getByText("The bank is closed.").waitFor();
    await page.locator(".hljs-keyword").waitFor();
    await expect.poll(() => page.locator("svg text", { hasText: "Jan" }).count()).toBeGreaterThan(2);

    const html = page.locator(".prose-io", { hasText: "marked" });
    expect(await html.innerHTML()).not.toMatch(/class=|id=|style|onclick|onerror|script|form>|input|iframe|svg/);
    const links = await html.locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(links).toEqual(["https://example.com", null, null]);
    expect(await page.title()).not.toContain("harmed");
    expect(await page.locator("pre").innerText()).toBe("const a = '<b>1</b>';");

    const stored = page.getByRole("img", { name: "A stored dot" });
    expect(await stored.getAttribute("src")).toMatch(/^\/assets\//);
    await expect.poll(() => stored.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);

    expect(await operator.axe()).toEqual([]);
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
    expect(operator.complaints).toEqual([]);
  });

  it("show a chart's numbers as a table, and further pages of a grid after the run has ended", async () => {
    await using operator = await stage.signIn({ colorScheme, viewport: { width, height: 900 } });
    const { page } = operator;
    await page.goto(address);
    const asTable = page.getByRole("button", { name: "Table", exact: true });
    await asTable.first().click();
    const table = page.getByRole("region", { name: "Table A chart: line" });
    expect(await table.locator("tbody tr").allInnerTexts()).toEqual([
      "Jan\t1,000\t500",
      "Feb\t2,000\t–",
      "Mar\t3,000\t500",
    ]);

    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText("Trail 20", { exact: true }).waitFor();
    await page.getByRole("searchbox", { name: "Filter Trails" }).fill("Trail 44");
    await expect.poll(() => page.getByRole("list", { name: "Trails" }).getByRole("listitem").count()).toBe(1);
    expect(operator.complaints).toEqual([]);
  });
});
