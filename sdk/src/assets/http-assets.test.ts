import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { limits } from "@interval/proto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HttpAssets } from "./http-assets.ts";

let deadline: string | string[] | undefined;
const server = createServer(({ headers }, response) => {
  deadline = headers["connect-timeout-ms"];
  const refusal = JSON.stringify({ code: "not_found", message: "There is no run run_1." });
  response.writeHead(404, { "content-type": "application/json" }).end(refusal);
});
beforeEach(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterEach(() => new Promise((resolve) => server.close(resolve)));

it("a request to store something has a deadline, and what refuses it is told in its own words", async () => {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const assets = new HttpAssets(() => ({ baseUrl, apiKey: "dev_key" }), "instance_1");
  const asset = { bytes: new Uint8Array(1), mediaType: "image/png", where: "io.display.image" };
  await expect(assets.put("run_1", asset)).rejects.toThrow("There is no run run_1.");
  expect(deadline).toBe(String(limits.requestMs));
});
