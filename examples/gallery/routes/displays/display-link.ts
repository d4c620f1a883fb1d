import { Action, io } from "@interval/sdk";

/**
 * io.display.link(label, { url | route + params, theme?, download? })
 *
 * A button that leads to a site, a file or another action.
 */
export default new Action({
  name: "Link",
  description: "To a site, a file, an action with params; in three themes.",
  handler: async () => {
    await io.group([
      io.display.link("A site", { url: "https://example.com" }),
      io.display.link("An action", {
        route: "displays/display-heading",
        params: { n: 5, on: true },
        theme: "secondary",
      }),
      io.display.link("Something dangerous", { route: "questions/confirm", theme: "danger" }),
    ]);
  },
});
