// Days and times where the operator is in Berlin and the host's clock is UTC.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
const text = ({ isoDate, isoTime, instant }) => isoDate + " " + isoTime + " " + instant.toISOString();
new Interval({
  routes: {
    rounds: async () => {
      let at = new Date("2026-06-15T11:00:00Z");
      const seen = [];
      for (let round = 1; round <= 3; round++) {
        const answer = await io.input.datetime("Round " + round, { defaultValue: at, min: at, max: at });
        seen.push(text(answer));
        at = round === 1 ? answer.instant : answer.jsDate;
      }
      return seen.join(", ");
    },
    when: async () => text(await io.input.datetime("When")),
    again: async () => text(await io.input.datetime("When", { defaultValue: new Date("2026-10-25T01:30:00Z") })),
    days: async () => {
      const { born, today } = await io.group({
        born: io.input.date("Born", { defaultValue: new Date("1965-06-15") }),
        today: io.input.date("Today", { defaultValue: new Date("2026-06-15T22:30:00Z") }),
      });
      return born.isoDate + ", " + today.isoDate;
    },
    table: async () => {
      await io.display.table("Sales", { data: [{ sold: new Date("2026-06-15T11:00:00Z") }] });
    },
  },
}).listen();
`;

let stage: Stage;
let berlin: Operator;
let page: Page;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("dates", program, { TZ: "UTC" });
  berlin = await stage.signIn({ timezoneId: "Europe/Berlin", locale: "en-GB" });
  page = berlin.page;
});
afterAll(async () => {
  await berlin?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const proceed = () => page.getByRole("button", { name: "Continue", exact: true }).click();

/** What stands in the parts of a field. */
async function shownIn(field: string, on = page): Promise<string> {
  const parts = on.getByRole("group", { name: field }).getByRole("spinbutton");
  await parts.first().waitFor();
  const values = await parts.evaluateAll((inputs) =>
    inputs.map((input) => (input instanceof HTMLInputElement ? input.value : "")),
  );
  return values.join(" ");
}

async function type(field: string, digits: string): Promise<void> {
  await page.getByRole("group", { name: field }).getByRole("spinbutton").first().focus();
  await page.keyboard.type(digits);
}

describe("an operator in Berlin, with a host in UTC,", () => {
  it("sees and answers the same moment for three rounds, as does one in Tokyo", async () => {
    await stage.run(page, "rounds");
    expect(await shownIn("Round 1")).toBe("15 06 2026 13 00");
    await using tokyo = await stage.signIn({ timezoneId: "Asia/Tokyo", locale: "en-GB" });
    await tokyo.page.goto(page.url());
    expect(await shownIn("Round 1", tokyo.page)).toBe("15 06 2026 20 00");
    for (const round of [1, 2, 3]) {
      expect(await shownIn(`Round ${round}`)).toBe("15 06 2026 13 00");
      await proceed();
    }
    const once = "2026-06-15 13:00 2026-06-15T11:00:00.000Z";
    expect(await stage.resultOf(page)).toBe([once, once, once].join(", "));
  });

  it("is told of the hour that daylight saving leaves out, and can mend it", async () => {
    await stage.run(page, "when");
    await type("When", "290320260230");
    await proceed();
    await page
      .getByText(
        "29 Mar 2026, 02:30 does not exist in Europe/Berlin: clocks go from 02:00 to 03:00. Choose a time before 02:00, or 03:00 or later.",
      )
      .waitFor();
    expect(await berlin.axe()).toEqual([]);
    await type("When", "290320260330");
    await proceed();
    expect(await stage.resultOf(page)).toBe("2026-03-29 03:30 2026-03-29T01:30:00.000Z");
  });

  it("is told which of two is meant where an hour comes twice", async () => {
    await stage.run(page, "when");
    await type("When", "251020260230");
    await page.getByText("02:30 comes twice that day; the first, UTC+2, is meant.").waitFor();
    expect(await berlin.axe()).toEqual([]);
    await proceed();
    expect(await stage.resultOf(page)).toBe("2026-10-25 02:30 2026-10-25T00:30:00.000Z");
  });

  it("keeps the second of two where the program gave it", async () => {
    await stage.run(page, "again");
    await page.getByText("02:30 comes twice that day; the second, UTC+1, is meant.").waitFor();
    await proceed();
    expect(await stage.resultOf(page)).toBe("2026-10-25 02:30 2026-10-25T01:30:00.000Z");
  });

  it("sees a Date at midnight in UTC as that day, and others as the day in Berlin", async () => {
    await stage.run(page, "days");
    expect([await shownIn("Born"), await shownIn("Today")]).toEqual(["15 06 1965", "16 06 2026"]);
    await proceed();
    expect(await stage.resultOf(page)).toBe("1965-06-15, 2026-06-16");
  });

  it("sees the moments of a table on their own clock, with the zone on hover", async () => {
    await stage.run(page, "table");
    const cell = page.getByText("15 Jun 2026, 13:00");
    await cell.waitFor();
    expect(await cell.evaluate((element) => element.closest("[title]")?.getAttribute("title"))).toBe(
      "15 Jun 2026, 13:00:00.000 CEST",
    );
    expect(berlin.complaints).toEqual([]);
  });
});
