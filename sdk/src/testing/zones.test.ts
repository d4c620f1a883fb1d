// Days and times where host and operator are in different zones: hosts are processes of their own, with TZ set.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const tsx = createRequire(import.meta.url).resolve("tsx/cli");
const host = fileURLToPath(new URL("zone-host.test-util.ts", import.meta.url));

const pairs = [
  ["UTC", "Europe/Berlin"],
  ["Europe/Berlin", "America/New_York"],
  ["America/New_York", "Asia/Kolkata"],
  ["Asia/Kolkata", "Pacific/Kiritimati"],
  ["Pacific/Kiritimati", "Pacific/Pago_Pago"],
  ["Pacific/Pago_Pago", "Pacific/Kiritimati"],
  ["Australia/Lord_Howe", "UTC"],
  ["America/Sao_Paulo", "Australia/Lord_Howe"],
  ["Europe/Berlin", "Europe/Berlin"],
] as const;

/** On both sides of the changes of clocks of all these zones, and the hours that come twice. */
const moments = [
  "2026-06-15T11:00:00.000Z",
  "2026-01-15T23:30:00.000Z",
  "2026-03-29T00:59:00.000Z",
  "2026-03-29T01:00:00.000Z",
  "2026-10-25T00:30:00.000Z",
  "2026-10-25T01:30:00.000Z",
  "2026-11-01T05:30:00.000Z",
  "2026-11-01T06:30:00.000Z",
  "2026-04-04T14:45:00.000Z",
  "2026-04-04T15:15:00.000Z",
  "2026-10-03T15:30:00.000Z",
  "1965-06-15T04:00:00.000Z",
  "0042-03-01T12:00:00.000Z",
  "9999-12-30T12:00:00.000Z",
];

async function tell(hostZone: string, operatorZone: string) {
  const args = [tsx, "--conditions=@interval/source", host, operatorZone, ...moments];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, TZ: hostZone } });
  return JSON.parse(stdout);
}

/** What clocks of a zone show, as the platform says it. */
function shownIn(timeZone: string, moment: string) {
  const format = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" });
  const [, year = "", rest = ""] = /^(\d+)(.*)$/.exec(format.format(new Date(moment))) ?? [];
  return `${year.padStart(4, "0")}${rest}`;
}

describe.each(pairs)("a host in %s and an operator in %s", (hostZone, operatorZone) => {
  it("mean the same days and moments, for thirty rounds", async () => {
    const { days, kept, getters, written, told } = await tell(hostZone, operatorZone);
    expect(days).toEqual(Array(6).fill("1965-06-15"));
    expect(kept).toEqual({ year: 1965, month: 6, day: 15, isoDate: "1965-06-15" });
    expect(getters).toEqual([1965, 6, 15, 0]);
    expect(written).toBe("2026-06-15 13:00");
    for (const { moment, datetime, date, time, timeZone, ...same } of told) {
      const meant = moment.startsWith("0042") ? same.instant : moment; // local mean time has seconds, which fields do not
      expect(same).toEqual({ instant: meant, jsDate: meant, again: meant, fromText: meant });
      expect(Math.abs(Date.parse(meant) - Date.parse(moment))).toBeLessThan(60_000);
      expect(datetime).toBe(shownIn(operatorZone, moment));
      expect(`${date} ${time}`).toBe(datetime);
      expect(timeZone).toBe(operatorZone);
    }
    expect(told).toHaveLength(moments.length);
  }, 60_000);
});
