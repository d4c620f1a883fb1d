import { expect, it } from "vitest";
import { plainText } from "./plain.ts";

it.each([
  ["Greets you **by name**.", "Greets you by name."],
  ["See [the guide](https://example.com/a_b) _now_", "See the guide now"],
  ["Runs `npm test` ~~twice~~", "Runs npm test twice"],
  ["snake_case_name stays", "snake_case_name stays"],
])("“%s” reads “%s”", (markdown, text) => {
  expect(plainText(markdown)).toBe(text);
});
