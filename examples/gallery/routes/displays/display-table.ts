import { Action, ctx, io } from "@interval/sdk";
import { dollars, people } from "../../lib/people";
import { colors, disc } from "../../lib/picture";

/**
 * io.display.table(label, { data | getData, columns?, rowMenuItems?, orientation?, … })
 *
 * Any number of rows: sorted and filtered by the host, page by page, saved as CSV.
 */
export default new Action({
  name: "Table",
  description: "Cells with links, pictures and colours; menus; any number of rows.",
  handler: async () => {
    const count = Number(ctx.params.rows ?? 100);
    await io.display.table("People", {
      data: people(count),
      columns: [
        {
          label: "Name",
          renderCell: ({ id, name }) => ({
            label: `**${name}**`,
            value: name,
            image: { buffer: disc(colors[id % colors.length] ?? "", name.slice(0, 1)), alt: "" },
          }),
        },
        "city",
        { label: "Born", renderCell: ({ born }) => born },
        {
          label: "Salary",
          renderCell: ({ salary }) => ({
            label: dollars(salary),
            value: salary,
            highlightColor: salary > 1_000_000 ? "green" : undefined,
          }),
        },
        { label: "Active", accessorKey: "active" },
      ],
      rowMenuItems: ({ id, active }) => [
        { label: "Open", route: "displays/display-heading", params: { id } },
        { label: "Delete", route: "questions/confirm", params: { id }, theme: "danger", disabled: active },
      ],
    });
    await io.display.table("One at a time", { data: people(12), orientation: "vertical" });
  },
});
