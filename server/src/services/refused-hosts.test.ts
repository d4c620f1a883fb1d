import { Code } from "@connectrpc/connect";
import { limits } from "@interval/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { actions } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";

let server: TestServer;
let key: string;
beforeEach(async () => {
  server = await TestServer.start();
  ({ key } = await server.key());
});
afterEach(() => server.close());

const attach = (protocolMin: number, protocolMax: number) => server.host(key, { hello: { protocolMin, protocolMax } });

test("the highest level that both speak is taken; levels are numbers", async () => {
  const { min, max } = limits.protocol;
  // As texts "10" would come before "2", and 10 to 20 would seem to hold 1.
  expect((await attach(min, 10)).welcome.protocol).toBe(max);
  await expect(attach(max + 9, max + 19)).rejects.toMatchObject({ code: Code.FailedPrecondition });
});

test("a host with a catalogue that cannot be is refused in words too", async () => {
  await expect(server.host(key, { hello: { catalog: actions("a b") } })).rejects.toMatchObject({
    code: Code.InvalidArgument,
    rawMessage: expect.stringContaining('"a b" has the slug "a b"'),
  });
});

test("without a common level the host is refused, and told which side to upgrade", async () => {
  const { min, max } = limits.protocol;
  await expect(attach(max + 1, max + 1)).rejects.toThrow(
    `The host speaks the protocol levels ${max + 1} to ${max + 1}, this server ${min} to ${max}. Upgrade this server.`,
  );
});
