import { Action, io } from "@interval/sdk";
import { dollars, people } from "../../lib/people";

/**
 * io.select.table(label, { data | getData, columns?, minSelections?, maxSelections?, … }) → rows
 *
 * Rows of a table, also those on other pages; select-all reaches every row of the filter.
 */
export default new Action({
  name: "Select rows",
  description: "Rows of a table, also those on other pages.",
  handler: async () => {
    const rows = await io.select.table("People", {
      data: people(250),
      minSelections: 2,
      columns: [
        "name",
        "city",
        { label: "Salary", renderCell: ({ salary }) => ({ label: dollars(salary), value: salary }) },
      ],
    });
    return {
      count: rows.length,
      names: rows
        .map(({ name }) => name)
        .slice(0, 5)
        .join(", "),
    };
  },
});
