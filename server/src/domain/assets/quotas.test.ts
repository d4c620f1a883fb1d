import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, expect, test } from "vitest";
import { AssetServer, instanceId } from "../../testing/asset-server.ts";

let server: AssetServer;
afterEach(() => server.close());

const GiB = 1024 ** 3;
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => {
      const { code, rawMessage } = ConnectError.from(error);
      return `${Code[code]}: ${rawMessage}`;
    },
  );

test("nobody announces more than their quotas allow, however many at once", async () => {
  server = await AssetServer.start({
    UPLOAD_QUOTA_RUN: "20GiB",
    UPLOAD_QUOTA_PERSON: "30GiB",
    UPLOAD_FILES_PERSON: "8",
  });
  const [ada, bob] = [await server.person("ada"), await server.person("bob")];
  const run = await server.run(ada);
  const tries = Array.from({ length: 20 }, () => refused(server.begin(ada, run, 5 * GiB)));
  const answers = await Promise.all(tries);
  expect(answers.filter((answer) => answer === undefined).length).toBeLessThanOrEqual(4);
  expect(answers.find((answer) => answer)).toMatch(
    /^ResourceExhausted: One run may have 20 GiB of files \(UPLOAD_QUOTA_RUN\); with this one it would be \d+ GiB\. Wait/,
  );
  await expect.poll(() => refused(server.begin(ada, run, 1))).toBeUndefined(); // what was refused takes nothing

  const another = await server.run(ada);
  while ((await refused(server.begin(ada, another, 4 * GiB))) === undefined);
  expect(await refused(server.begin(ada, await server.run(ada), 29 * GiB))).toMatch(/at most 5 GiB/);
  const third = await server.run(ada);
  while ((await refused(server.begin(ada, third, 1))) === undefined);
  expect(await refused(server.begin(ada, third, 1))).toMatch(
    /One person or API key may have 8 files \(UPLOAD_FILES_PERSON\); this would be number 9\./,
  );
  expect(await refused(server.begin(bob, await server.run(bob), 5 * GiB))).toBeUndefined();
});

test("an announcement that comes again is the same, and counts once", async () => {
  server = await AssetServer.start({ UPLOAD_FILES_RUN: "1" });
  const ada = await server.person("ada");
  const run = await server.run(ada);
  const id = await server.begin(ada, run, 1, { requestId: "r" });
  expect(await server.begin(ada, run, 1, { requestId: "r" })).toBe(id);
  expect(await refused(server.begin(ada, run, 1))).toMatch(/One run may have 1 file \(UPLOAD_FILES_RUN\)/);
});

test("what programs show counts for the run and the organization", async () => {
  server = await AssetServer.start({ UPLOAD_QUOTA_ORGANIZATION: "60MiB" });
  const [ada, key] = [await server.person("ada"), await server.key()];
  const display = { purpose: { case: "display" as const, value: { hostInstanceId: instanceId } } };
  const size = 40 * 1024 ** 2;
  expect(await refused(server.begin(key, await server.run(ada), size, display))).toBeUndefined();
  expect(await refused(server.begin(key, await server.run(ada), size, display))).toMatch(
    /An organization may have 60 MiB/,
  );
});
