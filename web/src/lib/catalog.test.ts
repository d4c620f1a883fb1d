import { create } from "@bufbuild/protobuf";
import { CatalogEntrySchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { levelOf, pagesAbove, searchActions } from "./catalog.ts";

const action = (path: string, more: object = {}) =>
  create(CatalogEntrySchema, {
    hostsOnline: 1,
    route: { path, name: path, kind: { case: "action", value: {} }, ...more },
  });
const entries = [
  action("hello"),
  action("users/create"),
  action("users/billing/send_invoice"),
  action("hidden", { unlisted: true }),
  create(CatalogEntrySchema, { route: { path: "users", name: "People", kind: { case: "page", value: {} } } }),
];

describe("the catalogue", () => {
  it("shows one level at a time, pages with what is below them", () => {
    const level = levelOf(entries, "");
    expect(level.actions.map(({ route }) => route?.path)).toEqual(["hello"]);
    expect(level.pages).toMatchObject([{ path: "users", name: "People", actions: 2 }]);
  });

  it("makes a bare folder of a page that holds something and is not listed", () => {
    expect(levelOf(entries, "users").pages).toMatchObject([{ path: "users/billing", name: "Billing", actions: 1 }]);
    expect(pagesAbove(entries, "users/billing/send_invoice").map(({ name }) => name)).toEqual(["People", "Billing"]);
  });

  it("finds listed actions at any depth by every word", () => {
    expect(searchActions(entries, "INVOICE users").map(({ route }) => route?.path)).toEqual([
      "users/billing/send_invoice",
    ]);
    expect(searchActions(entries, "hidden")).toEqual([]);
  });
});
