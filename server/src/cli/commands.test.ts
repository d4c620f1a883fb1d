import { Role } from "@interval/proto";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { prepareFirstStart } from "../auth/first-start.ts";
import { createIdentity, type Identity } from "../auth/identity.ts";
import { readSecret } from "../auth/secret-file.ts";
import { openTemporaryStore } from "../store/sqlite/testing.ts";
import { keyCommand } from "./key.ts";
import { userCommand } from "./user.ts";

let opened: Awaited<ReturnType<typeof openTemporaryStore>>;
let identity: Identity;
beforeEach(async () => {
  // The server runs meanwhile.
  opened = await openTemporaryStore();
  const { attempts, db, people, keys } = opened.store;
  const secret = readSecret(opened.dataDir);
  identity = createIdentity({ attempts, db, people, keys, secret, publicUrl: "https://tools.example.com" });
  await prepareFirstStart(opened.store, identity, opened.dataDir);
});
afterEach(() => opened.close());

/** Runs a command as the terminal does, and returns what it prints. */
async function interval(...args: string[]): Promise<string> {
  let printed = "";
  const log = vi.spyOn(console, "log").mockImplementation((text) => {
    printed += `${text}\n`;
  });
  vi.stubEnv("INTERVAL_URL", "https://tools.example.com/");
  try {
    const program = new Command().addCommand(userCommand()).addCommand(keyCommand());
    await program.parseAsync([...args, "--data-dir", opened.dataDir], { from: "user" });
    return printed;
  } finally {
    log.mockRestore();
    vi.unstubAllEnvs();
  }
}

const keyIn = (printed: string) => /\b\w+_\w{30,}/.exec(printed)?.[0] ?? "";
const callerWith = (key: string) => identity.identify(new Headers({ authorization: `Bearer ${key}` }));

async function signIn(printed: string): Promise<number> {
  const link = /https:\/\/tools\.example\.com\/sign-in#token=(\S+)/.exec(printed);
  const request = new Request("https://tools.example.com/api/auth/sign-in/link", {
    method: "POST",
    body: JSON.stringify({ token: link?.[1] }),
    headers: { "content-type": "application/json", origin: "https://tools.example.com" },
  });
  return (await identity.handle(request, "10.2.0.1")).status;
}

describe("interval user", () => {
  test("create adds a person and prints a link that signs them in", async () => {
    const printed = await interval(
      "user",
      "create",
      "--email",
      "Ann@Example.com",
      "--first-name",
      "Ann",
      "--role",
      "admin",
    );
    expect(printed).toContain("Made Ann@Example.com, admin of main.");
    expect(await signIn(printed)).toBe(200);
    const person = await opened.store.people.findPersonByEmail("ann@example.com");
    expect(person).toMatchObject({ firstName: "Ann", lastName: "" });
    expect(await opened.store.people.listMemberships(person?.id ?? "")).toMatchObject([{ role: Role.ADMIN }]);
  });

  test("sign-in-link prints a link for somebody who is there", async () => {
    expect(await signIn(await interval("user", "sign-in-link", "--email", "admin@localhost"))).toBe(200);
  });

  test.each([
    [["sign-in-link", "--email", "bob@example.com"], /Nobody has the address bob@example.com.*user create/],
    [["create", "--email", "admin@localhost"], /Somebody has the address admin@localhost already/],
    [["create", "--email", "ann"], /"ann" is not an e-mail address/],
    [["create", "--email", "a@b.c", "--organization", "x"], /no organization "x"\. There is: main\./],
  ])("%j says what to do", async (args, message) => {
    await expect(interval("user", ...args)).rejects.toThrow(message);
    expect(await opened.store.people.countPeople()).toBe(1);
  });
});

describe("interval key create", () => {
  test("for development it is one person's own", async () => {
    expect(await callerWith(keyIn(await interval("key", "create")))).toMatchObject({
      person: { email: "admin@localhost" },
    });
    await interval("user", "create", "--email", "ann@example.com", "--role", "developer");
    const anns = keyIn(await interval("key", "create", "--user", "ann@example.com"));
    expect(await callerWith(anns)).toMatchObject({ person: { email: "ann@example.com" } });
  });

  test("for production everybody shares it", async () => {
    const printed = await interval("key", "create", "--environment", "production", "--label", "CI");
    expect(await callerWith(keyIn(printed))).toMatchObject({ kind: "host", person: undefined, key: { label: "CI" } });
  });

  test("for a program it runs actions", async () => {
    const [shared, personal] = [
      await interval("key", "create", "--environment", "production", "--kind", "program"),
      await interval("key", "create", "--kind", "program"),
    ];
    expect(await callerWith(keyIn(shared))).toMatchObject({ kind: "program", person: undefined });
    expect(await callerWith(keyIn(personal))).toMatchObject({ kind: "program", person: { email: "admin@localhost" } });
  });

  test("an environment is made only when asked for", async () => {
    await expect(interval("key", "create", "--environment", "staging")).rejects.toThrow(
      /no environment "staging"\. There is: production, development\. .*--create-environment/,
    );
    const printed = await interval("key", "create", "--environment", "staging", "--create-environment");
    expect((await callerWith(keyIn(printed))).kind).toBe("host");
  });

  test.each([
    [["--environment", "..", "--create-environment"], /"\.\." is not a slug/],
    [["--environment", "production", "--user", "admin@localhost"], /Everybody shares production/],
  ])("%j says what to do", async (args, message) => {
    await expect(interval("key", "create", ...args)).rejects.toThrow(message);
  });

  test("a member has no development of their own", async () => {
    await interval("user", "create", "--email", "mia@example.com");
    await expect(interval("key", "create", "--user", "mia@example.com")).rejects.toThrow(/not a developer of Main/);
  });
});

describe("interval key list | revoke", () => {
  test("lists every key with whose it is, and revokes one by id or prefix", async () => {
    await interval("key", "create", "--environment", "production", "--label", "CI", "--kind", "program");
    await interval("key", "create", "--environment", "production");
    const list = async (...args: string[]) => JSON.parse(await interval("key", "list", "--json", ...args));
    const [host, program, first] = await list();
    expect(first).toMatchObject({ kind: "host", environment: "development", user: "admin@localhost", lastUsed: null });
    expect(program).toMatchObject({ kind: "program", environment: "production", user: null, label: "CI" });
    expect(await interval("key", "list")).toMatch(/^id +prefix +kind [\s\S]*prog_\S+ +program +production +- +CI/);
    expect(await interval("key", "revoke", program.prefix)).toMatch(/Revoked prog_.*production.*within 5 seconds/);
    expect(JSON.parse(await interval("key", "revoke", host.id, "--json"))).toMatchObject({ id: host.id });
    expect(await list("--environment", "production")).toEqual([]);
    expect(await list()).toHaveLength(1);
    await expect(interval("key", "revoke", host.id)).rejects.toThrow(/no key "key_.*interval key list/);
    await expect(interval("key", "list", "--environment", "x")).rejects.toThrow(/no environment "x"/);
  });
});

describe("interval user list | set-role | set-password | remove", () => {
  const ann = ["--email", "Ann@example.com"];
  const list = async () => JSON.parse(await interval("user", "list", "--json"));
  beforeEach(async () => {
    await interval("user", "create", "--email", "ann@example.com", "--first-name", "Ann", "--role", "developer");
  });

  test("list and change the members", async () => {
    expect(await list()).toMatchObject([
      { email: "admin@localhost", name: "Admin", role: "owner" },
      { email: "ann@example.com", name: "Ann", role: "developer" },
    ]);
    expect(await interval("user", "list")).toMatch(/ann@example\.com +Ann +developer/);
    expect(await interval("user", "set-role", ...ann, "--role", "admin")).toContain("is admin of main now");
    expect((await list())[1]).toMatchObject({ role: "admin" });
  });

  test("remove ends what a person has", async () => {
    const key = keyIn(await interval("key", "create", "--user", "ann@example.com"));
    await interval("user", "remove", ...ann);
    expect(await list()).toHaveLength(1);
    expect((await callerWith(key)).kind).toBe("stranger");
    await expect(interval("user", "sign-in-link", ...ann)).rejects.toThrow(/Nobody has the address/);
  });

  test("the last owner stays", async () => {
    const owner = ["--email", "admin@localhost"];
    await expect(interval("user", "remove", ...owner)).rejects.toThrow(/last owner of main.*set-role/);
    await expect(interval("user", "set-role", ...owner, "--role", "admin")).rejects.toThrow(/last owner/);
    await interval("user", "set-role", ...ann, "--role", "owner");
    expect(await interval("user", "remove", ...owner)).toContain("Removed admin@localhost");
  });

  test.each(["remove", "set-password"])("%s names who is not there", async (command) => {
    await expect(interval("user", command, "--email", "bob@example.com")).rejects.toThrow(
      /bob@example\.com.*user list/,
    );
  });
});
