import { ConnectError } from "@connectrpc/connect";
import { ColorScheme, ProfileRefusalSchema, Role } from "@interval/proto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ timing: { heartbeatTimeoutMs: 300, heartbeatIntervalMs: 100 } });
});
afterAll(() => server.close());

test("a person changes what they name, and the rest stays", async () => {
  const { operator } = await server.person("ann", Role.MEMBER);
  await operator.sessions.updateProfile({ timeZone: "Asia/Tokyo", locale: "de-at" });
  const { profile } = await operator.sessions.updateProfile({ lastName: " Lee ", colorScheme: ColorScheme.DARK });
  const expected = { firstName: "ann", lastName: "Lee", timeZone: "Asia/Tokyo", locale: "de-AT", role: Role.MEMBER };
  expect(profile).toMatchObject({ user: expected, colorScheme: ColorScheme.DARK });
  expect(await operator.sessions.getSession({})).toMatchObject({ user: expected, colorScheme: ColorScheme.DARK });
});

test("what breaks the rules is refused field by field, and nothing is changed", async () => {
  const { operator } = await server.person("bob", Role.MEMBER);
  const refused = operator.sessions.updateProfile({ firstName: "Robert", timeZone: "Mars/Olympus", locale: "fr" });
  const error = ConnectError.from(await refused.catch((cause: unknown) => cause));
  const errors = error.findDetails(ProfileRefusalSchema).flatMap((refusal) => refusal.errors);
  expect(errors.map(({ path }) => path)).toEqual(["time_zone", "locale"]);
  expect((await operator.sessions.getSession({})).user).toMatchObject({ firstName: "bob", locale: "" });
});

test("all streams of the person hear of it, nobody else's, and they stay open", async () => {
  const [eve, dan] = [await server.person("eve", Role.MEMBER), await server.person("dan", Role.MEMBER)];
  const viewers = await Promise.all([eve, eve, dan].map(({ operator }) => operator.watch()));
  const topic = { case: "profile", value: {} } as const;
  for (const viewer of viewers) {
    await viewer.subscribe(topic, "profile");
    expect((await viewer.next("profile", "profile")).user?.timeZone).toBe("");
  }
  await eve.operator.sessions.updateProfile({ timeZone: "Europe/Berlin" });
  for (const viewer of viewers.slice(0, 2)) {
    expect((await viewer.next("profile", "profile")).user?.timeZone).toBe("Europe/Berlin");
  }
  // Their callers were looked at anew by then.
  for (const viewer of viewers) for (let beat = 0; beat < 5; beat++) await viewer.next("", "heartbeat");
  expect(viewers.map(({ updates }) => updates.ended)).toEqual([false, false, false]);
  expect(viewers[2]?.of("profile")).toHaveLength(1);
});

test("runs that are started from then on see it", async () => {
  const { operator } = await server.person("fay", Role.MEMBER);
  await server.host((await server.key()).key);
  await operator.start();
  await operator.sessions.updateProfile({ timeZone: "America/New_York", locale: "en-GB" });
  const by = (await operator.state(await operator.start())).run?.startedBy?.kind;
  expect(by).toMatchObject({ case: "user", value: { timeZone: "America/New_York", locale: "en-GB" } });
});
