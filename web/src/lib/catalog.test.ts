import { create } from "@bufbuild/protobuf";
import { CatalogEntrySchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { allPages, catalogSearch, levelOf, pagesAbove, recentEntries } from "./catalog.ts";

const action = (path: string, more: object = {}) =>
  create(CatalogEntrySchema, {
    hostsOnline: 1,
    route: { path, name: path, kind: { case: "action", value: {} }, ...more },
  });
const entries = [
  action("hello"),
  action("users/create", { description: "Makes an **account**" }),
  action("users/billing/send_invoice"),
  action("hidden", { unlisted: true }),
  create(CatalogEntrySchema, { route: { path: "users", name: "People", kind: { case: "page", value: {} } } }),
];
const search = (text: string) => catalogSearch(entries)(text).map(({ item }) => item.path);

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

  it("lists the pages of every depth with how many actions are below them", () => {
    expect(allPages(entries)).toMatchObject([{ path: "users", name: "People", actions: 2 }]);
  });

  it("finds listed actions and pages at any depth by every word of name, path and description", () => {
    expect(search("INVOICE users")).toEqual(["users/billing/send_invoice"]);
    expect(search("people")).toEqual(["users"]);
    expect(search("an account")).toEqual(["users/create"]);
    expect(search("hidden")).toEqual([]);
  });

  it("tells what was used last, but nothing that is gone or unlisted", () => {
    const used = recentEntries(entries, ["users/create", "gone", "hidden", "users", "hello"]);
    expect(used.map(({ route }) => route?.path)).toEqual(["users/create", "hello"]);
  });
});
