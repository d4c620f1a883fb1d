// @vitest-environment node
// Whatever of the dashboard reads what programs show, and what people paste, takes time in proportion to it.
import { describe, it } from "vitest";
import { expectLinear, pumps } from "../../../gen/src/linear.test-util.ts";
import { parseCopied, parseCsv } from "../components/io/sheet/tables.ts";
import { parseDay } from "./days.ts";
import { fold } from "./fold.ts";
import { numberFormat } from "./numbers.ts";
import { plainText } from "./plain.ts";
import { wordsOf } from "./search.ts";
import { parseIso } from "./segments.ts";

const readers: Record<string, (text: string) => unknown> = {
  "markdown without its marks": plainText,
  "a day": (text) => parseDay(text, "en"),
  "a day and a time": parseIso,
  "a number": numberFormat("en").parse,
  "a search": (text) => wordsOf(fold(text)),
  "copied cells": parseCopied,
  "a CSV file": (text) => parseCsv(text, 100),
};

describe.each(Object.entries(readers))("reading %s", (_name, read) => {
  it.each(pumps)("of $name", ({ pump }) => expectLinear(read, pump));
});
