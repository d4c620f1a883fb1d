import { Action, io } from "@interval/sdk";
import { people } from "../../lib/people";
import { colors, disc } from "../../lib/picture";
import { received } from "../../lib/received";

const plans = [
  { label: "Free", value: "free", description: "For one person", seats: 1 },
  { label: "Team", value: "team", description: "For up to 20 people", seats: 20 },
  { label: "Company", value: "company", description: "For everybody", seats: 5000 },
];

/**
 * io.select.single(label, { options, searchable?, … }) → option
 *
 * One of a few, as radio buttons; of many, behind a field that finds them. The very option that was given comes back.
 */
export default new Action({
  name: "Select one",
  description: "Values, options with more to them, and a long list to search.",
  handler: async () =>
    received(
      await io.group({
        plan: io.select.single("Plan", { options: plans, defaultValue: "team" }),
        number: io.select.single("Number", { options: [0, 1, 2] }),
        color: io.select
          .single("Colour", {
            options: colors.map((value, i) => ({
              label: `Colour ${i + 1}`,
              value,
              image: { buffer: disc(value), alt: value, size: "thumbnail" },
            })),
          })
          .optional(),
        person: io.select
          .single("Person", {
            options: people(300).map(({ id, name, city }) => ({ label: name, value: id, description: city })),
            searchable: true,
          })
          .optional(),
      }),
    ),
});
