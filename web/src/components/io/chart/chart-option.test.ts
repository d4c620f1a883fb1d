import { create } from "@bufbuild/protobuf";
import { ChartKind, DisplayChartSchema, formatValue, toValue } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { numberAxis, timeAxis } from "./axis-format.ts";
import { chartData } from "./chart-data.ts";
import { chartOption } from "./chart-option.ts";
import { dark, light } from "./palette.ts";

function chart(kind: ChartKind, rows: Record<string, unknown>[], y = ["y"], stacked = false) {
  const records = rows.map((row) => ({
    fields: Object.entries(row).map(([name, value]) => ({ name, value: toValue(value) })),
  }));
  return create(DisplayChartSchema, { kind, rows: records, x: "x", y, stacked });
}

function option(spec: ReturnType<typeof chart>) {
  const look = {
    palette: light,
    font: "sans-serif",
    locale: "en-US",
    nameOf: (value: Parameters<typeof formatValue>[0]) => formatValue(value, { locale: "en-US" }),
  };
  return chartOption(spec, chartData(spec, "UTC"), look);
}

describe("a chart's data", () => {
  it("stand in their place where all are numbers or moments, else side by side", () => {
    const axisOf = (values: unknown[]) =>
      chartData(
        chart(
          ChartKind.LINE,
          values.map((x) => ({ x, y: 1 })),
        ),
      ).axis;
    expect(axisOf([1, 2n, 3.5])).toBe("number");
    expect(axisOf([new Date(0), new Date(5)])).toBe("time");
    expect(axisOf(["a", "b"])).toBe("category");
    expect(axisOf([1, "b"])).toBe("category");
    expect(axisOf([1, null])).toBe("category");
    expect(axisOf([])).toBe("category");
  });

  it("stand at the reader's time of day", () => {
    const spec = chart(ChartKind.LINE, [{ x: new Date("2026-07-01T22:00:00Z"), y: 1 }]);
    expect(chartData(spec, "Europe/Berlin").places).toEqual([Date.UTC(2026, 6, 2, 0)]);
    expect(chartData(spec, "UTC").places).toEqual([Date.UTC(2026, 6, 1, 22)]);
  });

  it("have gaps where there is no number", () => {
    const spec = chart(ChartKind.LINE, [{ x: "a", y: 0 }, { x: "b", y: null }, { x: "c" }, { x: "d", y: 5n }]);
    expect(chartData(spec).series).toEqual([{ name: "y", values: [0, undefined, undefined, 5] }]);
  });
});

describe("what is drawn", () => {
  it("puts no HTML into the page", () => {
    for (const kind of [ChartKind.LINE, ChartKind.PIE]) {
      expect(option(chart(kind, [{ x: "a", y: 1 }])).tooltip).toMatchObject({ renderMode: "richText" });
    }
  });

  it("is one series for each field, with the places where bars stand side by side", () => {
    const rows = [
      { x: 2020, y: 1, z: 2 },
      { x: 2021, y: 3, z: null },
    ];
    expect(option(chart(ChartKind.BAR, rows, ["y", "z"], true))).toMatchObject({
      xAxis: { type: "category", data: ["2020", "2021"] },
      series: [
        { type: "bar", name: "y", data: [1, 3], stack: "all" },
        { type: "bar", name: "z", data: [2, null], stack: "all" },
      ],
    });
    expect(option(chart(ChartKind.AREA, rows))).toMatchObject({
      xAxis: { type: "value" },
      series: [
        {
          type: "line",
          data: [
            [2020, 1],
            [2021, 3],
          ],
          areaStyle: {},
        },
      ],
    });
  });

  it("tells lines apart by their marks too", () => {
    const { series } = option(chart(ChartKind.LINE, [{ x: "a", y: 1, z: 2 }], ["y", "z"]));
    const [first, second] = Array.isArray(series) ? series : [];
    expect(first).toMatchObject({ symbol: "circle" });
    expect(second).toMatchObject({ symbol: "rect" });
  });

  it("in a pie is what has a share", () => {
    const rows = [
      { x: "a", y: 1 },
      { x: "b", y: -1 },
      { x: "c", y: null },
    ];
    expect(option(chart(ChartKind.PIE, rows)).series).toMatchObject([{ data: [{ name: "a", value: 1 }] }]);
  });
});

describe("an axis", () => {
  it("writes numbers by the reader's language, large ones in short", () => {
    expect(numberAxis("de-DE").full(1234.5)).toBe("1.234,5");
    expect(numberAxis("en-US").tick(2_500_000)).toBe("2.5M");
    expect(numberAxis("en-US", "min2").tick(2026)).toBe("2026");
  });

  it("writes moments as finely as their span allows", () => {
    const day = 86_400_000;
    const at = Date.UTC(2026, 6, 1, 14, 30);
    expect(timeAxis("en-US", [at, at + 900 * day]).tick(at)).toBe("Jul 2026");
    expect(timeAxis("en-US", [at, at + 9 * day]).tick(at)).toBe("Jul 1");
    expect(timeAxis("en-US", [at, at + 9]).tick(at)).toMatch(/^2:30\sPM$/);
    expect(timeAxis("en-US", [day, 2 * day]).full(day)).toBe("Jan 2, 1970");
  });
});

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s palette", (_name, { series, text, inactive, surface }) => {
  it("has texts of at least 4.5 to 1, and series of at least 3 to 1", () => {
    for (const color of [text, inactive]) expect(contrast(color, surface)).toBeGreaterThanOrEqual(4.5);
    for (const color of series) expect(contrast(color, surface)).toBeGreaterThanOrEqual(3);
  });
});

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
