import { Command, Option } from "commander";
import { readPassword } from "./password.ts";
import { type RoleName, roles } from "./roles.ts";
import { addUserAdministration } from "./user-administration.ts";
import { CommandError, findOrganization, withStore } from "./with-store.ts";

interface NewUser {
  email: string;
  firstName: string;
  lastName: string;
  role: RoleName;
  organization: string;
  passwordStdin?: boolean;
  dataDir?: string;
}

/** `interval user create | sign-in-link | list | set-role | set-password | remove`. */
export function userCommand(): Command {
  const user = new Command("user").description("Make people, let them in, and remove them.");
  user
    .command("create")
    .description("Make a person, and print a link that signs them in.")
    .requiredOption("--email <address>", "the address they sign in with")
    .option("--first-name <name>", "given name", "")
    .option("--last-name <name>", "family name", "")
    .addOption(new Option("--role <role>", "what they may do").choices(Object.keys(roles)).default("member"))
    .option("--organization <slug>", "the organization they belong to", "main")
    .option("--password-stdin", "read a password from standard input")
    .option("--data-dir <directory>", "the server's data directory")
    .action(createUser);
  user
    .command("sign-in-link")
    .description("Print a link that signs a person in once, within 15 minutes.")
    .requiredOption("--email <address>", "the person's address")
    .option("--data-dir <directory>", "the server's data directory")
    .action(({ email, dataDir }: { email: string; dataDir?: string }) =>
      withStore(dataDir, async ({ people }, identity) => {
        const person = await people.findPersonByEmail(email);
        if (!person)
          throw new CommandError(
            `Nobody has the address ${email}. Make them with: interval user create --email ${email}`,
          );
        console.log(await identity.createSignInLink(person.id));
      }),
    );
  addUserAdministration(user);
  return user;
}

async function createUser({
  email,
  firstName,
  lastName,
  role,
  organization,
  passwordStdin,
  dataDir,
}: NewUser): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new CommandError(`"${email}" is not an e-mail address.`);
  const password = passwordStdin ? await readPassword() : undefined;
  await withStore(dataDir, async (store, identity) => {
    const { id } = await findOrganization(store, organization);
    if (await store.people.findPersonByEmail(email))
      throw new CommandError(`Somebody has the address ${email} already.`);
    const person = await identity.createPerson({ email, firstName, lastName, password });
    await store.people.setMember({ organizationId: id, userId: person.id, role: roles[role] });
    console.log(`Made ${email}, ${role} of ${organization}. They sign in once, within 15 minutes, with:`);
    console.log(await identity.createSignInLink(person.id));
  });
}
