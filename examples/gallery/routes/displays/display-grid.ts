import { Action, io } from "@interval/sdk";
import { people } from "../../lib/people";
import { colors, disc } from "../../lib/picture";

/**
 * io.display.grid(label, { data | getData, renderItem, idealColumnWidth?, … })
 *
 * Items as cards with pictures and menus.
 */
export default new Action({
  name: "Grid",
  description: "Cards with pictures and menus.",
  handler: async () => {
    await io.display.grid("People", {
      data: people(60),
      idealColumnWidth: 180,
      defaultPageSize: 12,
      renderItem: ({ id, name, city }) => ({
        label: name,
        description: city,
        image: {
          buffer: disc(colors[id % colors.length] ?? "", name.slice(0, 1)),
          alt: "",
          fit: "contain",
          aspectRatio: 1.5,
        },
        menu: [{ label: "Open", route: "displays/display-heading", params: { id } }],
      }),
    });
  },
});
