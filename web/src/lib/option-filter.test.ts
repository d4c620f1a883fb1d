import { expect, it } from "vitest";
import { optionFilter } from "./option-filter.ts";

const filter = optionFilter([
  { label: "New York", description: "United States" },
  { label: "York", description: "England" },
  { label: "Yorkshire" },
  { label: "Évora", description: "Portugal" },
]);
const labels = (term: string) => filter(term).map(({ label }) => label);

it("the very label comes first, then labels that begin so, then the others", () => {
  expect(labels("york")).toEqual(["York", "Yorkshire", "New York"]);
});

it("case, accents and white space around a term do not count", () => {
  expect(labels(" EVO")).toEqual(["Évora"]);
  expect(labels("évora ")).toEqual(["Évora"]);
});

it("descriptions count too, and nothing typed means everything", () => {
  expect(labels("united")).toEqual(["New York"]);
  expect(labels(" ")).toHaveLength(4);
  expect(labels("nowhere")).toEqual([]);
});
