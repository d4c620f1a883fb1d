import { Action, io } from "@interval/sdk";
import { people } from "../../lib/people";
import { received } from "../../lib/received";

const everybody = people(5000);

/**
 * io.search(label, { onSearch, renderResult?, initialResults?, … }) → item
 *
 * Items that the program finds while the operator types; with `.multiple()` several.
 */
export default new Action({
  name: "Search",
  description: "Items that the program finds while the operator types.",
  handler: async () =>
    received(
      await io.search("Person", {
        placeholder: "A name or a city",
        initialResults: everybody.slice(0, 5),
        onSearch: async (query) => {
          if (query === "error") throw new Error("The index is being rebuilt.");
          const term = query.toLowerCase();
          return everybody.filter(({ name, city }) => `${name} ${city}`.toLowerCase().includes(term)).slice(0, 20);
        },
        renderResult: ({ name, city }) => ({ label: name, description: city }),
      }),
    ),
});
