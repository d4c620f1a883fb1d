import { Action, io } from "@interval/sdk";

/**
 * io.display.heading(label, { level?, description?, menuItems? })
 *
 * A heading of level 2 to 4, with links beside it.
 */
export default new Action({
  name: "Heading",
  description: "Three levels, a description, and a menu.",
  handler: async () => {
    await io.group([
      io.display.heading("The first", {
        description: "With a line below it",
        menuItems: [
          { label: "To the text input", route: "inputs/input-text" },
          { label: "To a site", url: "https://example.com" },
        ],
      }),
      io.display.heading("The second", { level: 3 }),
      io.display.heading("The third", { level: 4 }),
    ]);
  },
});
