// Whatever of a host reads what operators type, and sorts what programs show, takes time in proportion to it.
import { describe, it } from "vitest";
import { expectLinear, pumps } from "../../../../gen/src/linear.test-util.ts";
import { matcher } from "./filter.ts";
import { textKey } from "./sort.ts";

const readers: Record<string, (text: string) => unknown> = {
  "a filter": (text) => [matcher(text)(text), matcher(text)(new Date(0)), matcher(text)(1)],
  "a text to sort by": textKey,
};

describe.each(Object.entries(readers))("reading %s", (_name, read) => {
  it.each(pumps)("of $name", ({ pump }) => expectLinear(read, pump));
});
