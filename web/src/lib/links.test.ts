import { create } from "@bufbuild/protobuf";
import { LinkSchema, toParams } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { linkTarget, returnPath } from "./links.ts";

const place = { organization: "main", environment: "production" };

describe("a program's link", () => {
  it("leads to an action with its parameters", () => {
    const value = { path: "users/edit", params: toParams({ id: 5 }) };
    const target = linkTarget(create(LinkSchema, { target: { case: "route", value } }), place);
    expect(target?.href).toBe("/main/production/actions/users/edit?id=5&_t=id%3Anumber");
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])("is not followed: %s", (value) => {
    expect(linkTarget(create(LinkSchema, { target: { case: "url", value } }), place)).toBeUndefined();
  });

  it("leads elsewhere by https", () => {
    const link = create(LinkSchema, { target: { case: "url", value: "https://example.com/a" } });
    expect(linkTarget(link, place)).toMatchObject({ kind: "external", href: "https://example.com/a" });
  });
});

describe("the way back after signing in", () => {
  it("keeps the path, the query and the fragment", () => {
    expect(returnPath("/main/production/runs/run_1?a=1#b")).toBe("/main/production/runs/run_1?a=1#b");
  });

  it.each(["//evil.example/x", "https://evil.example", "/\\evil.example", "/sign-in", "", undefined])(
    "%s is the start",
    (text) => {
      expect(returnPath(text)).toBe("/");
    },
  );
});
