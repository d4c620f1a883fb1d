import { ChartKind, type DisplayChart, type Value } from "@interval/proto";
import type { EChartsOption, LegendComponentOption, SeriesOption, XAXisComponentOption } from "echarts";
import { type AxisFormat, numberAxis, timeAxis } from "./axis-format.ts";
import { type ChartData, fieldOf } from "./chart-data.ts";
import type { Palette } from "./palette.ts";

/** How a chart looks to the one who reads it. */
export interface Look {
  palette: Palette;
  font: string;
  locale?: string;
  /** What a value is called. */
  nameOf: (value: Value | undefined) => string;
}

/** Lines are told apart by more than their colour. */
const symbols = ["circle", "rect", "triangle", "diamond", "roundRect", "emptyCircle", "emptyRect", "emptyTriangle"];
/** Beyond so many points a line has no marks. */
const marked = 60;

/** What the library draws. It puts no styles and no HTML into the page. */
export function chartOption(spec: DisplayChart, data: ChartData, look: Look): EChartsOption {
  const { palette, font, locale } = look;
  const numbers = numberAxis(locale);
  const values = { valueFormatter: (value: unknown) => (typeof value === "number" ? numbers.full(value) : "–") };
  const shared: EChartsOption = {
    animation: false,
    useUTC: true,
    color: [...palette.series],
    textStyle: { color: palette.text, fontFamily: font },
  };
  const tooltip = {
    renderMode: "richText" as const,
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.line,
    textStyle: { color: palette.text, fontFamily: font },
    ...values,
  };
  if (spec.kind === ChartKind.PIE) {
    return { ...shared, tooltip: { ...tooltip, trigger: "item" }, series: pie(spec, data, look) };
  }
  const scatter = spec.kind === ChartKind.SCATTER;
  const x = horizontal(spec, data, look);
  return {
    ...shared,
    tooltip: { ...tooltip, trigger: scatter ? "item" : "axis" },
    legend: legend(look),
    grid: { left: 8, right: 20, top: 44, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: x,
    yAxis: {
      type: "value",
      scale: scatter,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: palette.text, formatter: numbers.tick },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: data.series.map((_, index) => series(spec, data, index, x.type === "category", palette)),
  };
}

function legend({ palette, font }: Look): LegendComponentOption {
  return {
    type: "scroll",
    top: 0,
    left: 0,
    right: 0,
    itemWidth: 18,
    itemHeight: 10,
    textStyle: { color: palette.text, fontFamily: font },
    inactiveColor: palette.inactive,
    pageIconColor: palette.text,
    pageIconInactiveColor: palette.inactive,
    pageTextStyle: { color: palette.text },
  };
}

/** How places on the horizontal axis are written; undefined where they are names. */
function placesFormat({ axis, places }: ChartData, locale: string | undefined): AxisFormat | undefined {
  if (axis === "category") return undefined;
  return axis === "number"
    ? numberAxis(locale, "min2")
    : timeAxis(
        locale,
        places.filter((place) => place !== undefined),
      );
}

/** What each row is called. */
function namesOf(spec: DisplayChart, data: ChartData, { locale, nameOf }: Look): string[] {
  const format = placesFormat(data, locale);
  return spec.rows.map((row, at) => format?.full(data.places[at] ?? 0) ?? nameOf(fieldOf(row, spec.x)));
}

function horizontal(spec: DisplayChart, data: ChartData, look: Look): XAXisComponentOption {
  const { palette, locale } = look;
  const format = placesFormat(data, locale);
  const common = {
    name: spec.x,
    nameLocation: "middle" as const,
    nameGap: 28,
    nameTextStyle: { color: palette.text },
    axisLine: { lineStyle: { color: palette.line }, onZero: false },
    axisTick: { lineStyle: { color: palette.line } },
    splitLine: { show: false },
  };
  if (!format || spec.kind === ChartKind.BAR) {
    const tick = (name: string, at: number) => format?.tick(data.places[at] ?? 0) ?? name;
    return {
      ...common,
      type: "category",
      data: namesOf(spec, data, look),
      boundaryGap: spec.kind === ChartKind.BAR || spec.kind === ChartKind.SCATTER,
      axisLabel: { color: palette.text, hideOverlap: true, formatter: tick },
    };
  }
  const axisLabel = { color: palette.text, hideOverlap: true, formatter: (value: number) => format.tick(value) };
  const axisPointer = { label: { formatter: ({ value }: { value: unknown }) => format.full(Number(value)) } };
  return data.axis === "time"
    ? { ...common, type: "time", axisLabel, axisPointer }
    : { ...common, type: "value", scale: true, axisLabel, axisPointer };
}

function series(
  spec: DisplayChart,
  data: ChartData,
  index: number,
  sideBySide: boolean,
  palette: Palette,
): SeriesOption {
  const { name, values } = data.series[index] ?? { name: "", values: [] };
  const points = values.map((value, at) => (sideBySide ? (value ?? null) : [data.places[at] ?? null, value ?? null]));
  const shared = {
    name,
    data: points,
    stack: spec.stacked ? "all" : undefined,
  };
  const symbol = symbols[index % symbols.length] ?? "circle";
  switch (spec.kind) {
    case ChartKind.BAR:
      return {
        ...shared,
        type: "bar",
        barMaxWidth: 48,
        itemStyle: spec.stacked ? { borderColor: palette.surface, borderWidth: 1 } : { borderRadius: [3, 3, 0, 0] },
      };
    case ChartKind.SCATTER:
      return {
        ...shared,
        // Both figures stand beside the pointer, where the library can write them.
        ...(data.axis === "number" && { dimensions: [spec.x, name], encode: { x: 0, y: 1, tooltip: [0, 1] } }),
        stack: undefined,
        type: "scatter",
        symbol,
        symbolSize: 9,
        itemStyle: { opacity: 0.85 },
      };
    default:
      return {
        ...shared,
        type: "line",
        symbol,
        symbolSize: 7,
        showSymbol: values.length <= marked,
        lineStyle: { width: 2 },
        areaStyle: spec.kind === ChartKind.AREA ? { opacity: spec.stacked ? 0.6 : 0.2 } : undefined,
      };
  }
}

/** The first series alone: a pie is one whole. */
function pie(spec: DisplayChart, data: ChartData, look: Look): SeriesOption[] {
  const { palette, locale } = look;
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const [first] = data.series;
  const slices = namesOf(spec, data, look).flatMap((name, at) => {
    const value = first?.values[at];
    return value !== undefined && value >= 0 ? [{ name, value }] : [];
  });
  return [
    {
      type: "pie",
      name: first?.name,
      radius: ["36%", "66%"],
      data: slices,
      itemStyle: { borderColor: palette.surface, borderWidth: 2 },
      label: {
        color: palette.text,
        overflow: "truncate",
        formatter: ({ name, percent: share }) => `${name}\n${percent.format((share ?? 0) / 100)}`,
      },
      labelLine: { length: 10, length2: 8, lineStyle: { color: palette.text } },
    },
  ];
}
