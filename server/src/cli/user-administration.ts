import { type Command, Option } from "commander";
import type { Identity } from "../auth/identity.ts";
import type { MemberChange, MemberRecord, OrganizationRecord, Store } from "../store/store.ts";
import { readPassword } from "./password.ts";
import { printDone, printRows } from "./print.ts";
import { type RoleName, roleName, roles } from "./roles.ts";
import { CommandError, findOrganization, withStore } from "./with-store.ts";

interface Options {
  email: string;
  json?: boolean;
  organization: string;
  dataDir?: string;
}

/** Adds `interval user list | set-role | set-password | remove`. */
export function addUserAdministration(user: Command): void {
  const list = user.command("list").description("List the members of an organization.").action(on(listUsers));
  const setRole = user
    .command("set-role")
    .description("Change what a person may do. It counts within seconds.")
    .addOption(new Option("--role <role>", "what they may do").choices(Object.keys(roles)).makeOptionMandatory())
    .action(on(changeRole));
  const setPassword = user
    .command("set-password")
    .description("Set a person's password, which is read from standard input, and end their sessions.")
    .action(on(setPasswordOf));
  const remove = user
    .command("remove")
    .description("Remove a person: their sessions end and their personal keys are revoked. Their runs stay.")
    .action(on(removeUser));
  for (const command of [setRole, setPassword, remove])
    command.requiredOption("--email <address>", "the person's address");
  for (const command of [list, setRole, setPassword, remove]) {
    command
      .option("--json", "print JSON")
      .option("--organization <slug>", "the organization", "main")
      .option("--data-dir <directory>", "the server's data directory");
  }
}

function on<T extends Options>(work: (store: Store, options: T, identity: Identity) => Promise<void>) {
  return (options: T) => withStore(options.dataDir, (store, identity) => work(store, options, identity));
}

async function listUsers({ people }: Store, { organization, json }: Options): Promise<void> {
  const { id } = await findOrganization({ people }, organization);
  printRows((await people.listMembers(id)).map(shown), json, `Nobody belongs to ${organization}.`);
}

async function changeRole(store: Store, options: Options & { role: RoleName }): Promise<void> {
  const { organization, member } = await findMember(store, options);
  const role = roles[options.role];
  assertChanged(
    await store.people.changeRole({ organizationId: organization.id, userId: member.person.id, role }),
    options,
  );
  printDone(
    shown({ ...member, role }),
    options.json,
    `${member.person.email} is ${options.role} of ${organization.slug} now.`,
  );
}

async function setPasswordOf(store: Store, options: Options, identity: Identity): Promise<void> {
  const { member } = await findMember(store, options);
  await identity.setPassword(member.person.id, await readPassword());
  printDone(shown(member), options.json, `${member.person.email} has a new password, and no session any more.`);
}

async function removeUser(store: Store, options: Options, identity: Identity): Promise<void> {
  const { organization, member } = await findMember(store, options);
  const { id, email } = member.person;
  assertChanged(await store.people.removeMember({ organizationId: organization.id, userId: id }), options);
  await identity.endSessions(id);
  printDone(
    shown(member),
    options.json,
    `Removed ${email} from ${organization.slug}. Their streams end within 5 seconds.`,
  );
}

async function findMember(
  { people }: Store,
  { organization: slug, email }: Options,
): Promise<{ organization: OrganizationRecord; member: MemberRecord }> {
  const organization = await findOrganization({ people }, slug);
  const members = await people.listMembers(organization.id);
  const member = members.find(({ person }) => person.email === email.toLowerCase());
  if (!member) throw noMember(slug, email);
  return { organization, member };
}

function assertChanged(outcome: MemberChange, { organization, email }: Options): void {
  if (outcome === "no member") throw noMember(organization, email);
  if (outcome === "last owner") {
    throw new CommandError(
      `${email} is the last owner of ${organization}, which needs one. Make somebody else an owner first: interval user set-role --email <address> --role owner`,
    );
  }
}

function noMember(organization: string, email: string): CommandError {
  return new CommandError(`Nobody in ${organization} has the address ${email}. See: interval user list`);
}

function shown({ person, role }: MemberRecord) {
  const { id, email, firstName, lastName } = person;
  return { id, email, name: `${firstName} ${lastName}`.trim(), role: roleName(role) };
}
