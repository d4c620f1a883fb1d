import { Action, io } from "@interval/sdk";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"].map((month, i) => ({
  month,
  sales: 100 + ((i * 37) % 80),
  returns: 10 + ((i * 13) % 25),
}));

/**
 * io.display.chart(label, { kind, data, x, y, stacked? })
 *
 * Lines, bars, areas, points or a pie; the figures are a click away as a table.
 */
export default new Action({
  name: "Chart",
  description: "Five kinds, each with its figures as a table.",
  handler: async () => {
    for (const kind of ["line", "bar", "area", "scatter"] as const) {
      await io.display.chart(`${kind === "area" ? "An" : "A"} ${kind} chart`, {
        kind,
        data: months,
        x: "month",
        y: ["sales", "returns"],
      });
    }
    await io.display.chart("Stacked bars", {
      kind: "bar",
      data: months,
      x: "month",
      y: ["sales", "returns"],
      stacked: true,
    });
    await io.display.chart("A pie", { kind: "pie", data: months, x: "month", y: "sales" });
  },
});
