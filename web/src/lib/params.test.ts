import { fromParams, toParams } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { decodeParams, encodeParams } from "./params.ts";

describe("parameters in an address", () => {
  it("are plain where they are strings, and name other types once", () => {
    expect(encodeParams(toParams({ message: "Hello" }))).toEqual({ message: "Hello" });
    expect(encodeParams(toParams({ n: 5, on: true }))).toEqual({ n: "5", on: "true", _t: "n:number,on:boolean" });
  });

  it("arrive as they were sent", () => {
    const params = {
      text: "5",
      n: 5.5,
      on: false,
      at: new Date(0),
      big: 2n ** 70n,
      none: null,
      missing: undefined,
      "a,b:c": 1,
    };
    expect(fromParams(decodeParams(encodeParams(toParams(params))))).toEqual(params);
  });

  it("keep names that all objects know", () => {
    const params = JSON.parse('{"__proto__": 1, "constructor": "a", "toString": true}');
    const back = fromParams(decodeParams(encodeParams(toParams(params))));
    expect(Object.entries(back)).toEqual(Object.entries(params));
  });

  it("are strings when a person types them by hand", () => {
    expect(fromParams(decodeParams({ n: "5" }))).toEqual({ n: "5" });
    expect(fromParams(decodeParams({ n: ["5", "6"], _t: "n:colour,%:number" }))).toEqual({ n: "5" });
  });
});
