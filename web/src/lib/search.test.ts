import { describe, expect, it } from "vitest";
import { piecesOf, searchIndex, wordsOf } from "./search.ts";

const names = ["Refund history", "Issue a refund", "Prefund", "Refund", "Élan", "Straße"];
const find = (text: string) => searchIndex(names, (name) => ({ name, more: [name === "Élan" ? "refund" : ""] }))(text);
const found = (text: string) => find(text).map(({ item }) => item);

describe("a search", () => {
  it("shows the very name first, then beginnings, then words, then parts, then what else holds it", () => {
    expect(found("refund")).toEqual(["Refund", "Refund history", "Issue a refund", "Prefund", "Élan"]);
  });

  it("takes words in any order, and neither case nor accents count", () => {
    expect(found("REFUND issue")).toEqual(["Issue a refund"]);
    expect(found("elan")).toEqual(["Élan"]);
  });

  it("finds by the beginnings of words beside the name, not by what is within them", () => {
    const find = searchIndex(["a"], (name) => ({ name, more: ["users/send_invoice", "Logs three lines"] }));
    expect(["inv", "users/send", "three", "log lin"].map((text) => find(text).length)).toEqual([1, 1, 1, 1]);
    expect(["ines", "oice"].map((text) => find(text).length)).toEqual([0, 0]);
  });

  it("finds nothing for nothing", () => {
    expect(found("  ")).toEqual([]);
  });
});

describe("what was found", () => {
  it.each([
    ["Refund a customer", "fund cust", "Re[fund] a [cust]omer"],
    ["Élan vital", "elan", "[Élan] vital"],
    ["E\u0301lan", "la", "E\u0301[la]n"],
    ["banana", "ana", "b[ana]na"],
    ["aaa", "a aa", "[aaa]"],
    ["😀 smile", "smile", "😀 [smile]"],
    ["İstanbul", "stan", "İ[stan]bul"],
    ["nothing", "xyz", "nothing"],
  ])("is marked in “%s” for “%s”", (text, search, marked) => {
    const pieces = piecesOf(text, wordsOf(search));
    expect(pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")).toBe(marked);
    expect(pieces.map(({ text }) => text).join("")).toBe(text);
  });
});
