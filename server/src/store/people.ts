import { Role } from "@interval/proto";
import type { Insertable, Selectable } from "kysely";
import { newId } from "../ids.ts";
import type { Database, Db } from "./schema.ts";
import type { EnvironmentRecord, MemberChange, OrganizationRecord, PeopleStore, PersonRecord } from "./store.ts";

/** Organizations, environments and people, in any database that Kysely speaks to. */
export function peopleStore(db: Db): PeopleStore {
  const insertEnvironments = async (
    to: Db,
    ...environments: Array<Omit<Insertable<Database["environment"]>, "id" | "created_at">>
  ) => {
    await to
      .insertInto("environment")
      .values(environments.map((each) => ({ id: newId("env"), created_at: Date.now(), ...each })))
      .onConflict((conflict) => conflict.columns(["organization_id", "slug"]).doNothing())
      .execute();
  };
  const findEnvironment = async (organizationId: string, slug: string) => {
    const row = await db
      .selectFrom("environment")
      .selectAll()
      .where("organization_id", "=", organizationId)
      .where("slug", "=", slug)
      .executeTakeFirst();
    return row && environmentOf(row);
  };
  const findPerson = async (column: "id" | "email", value: string): Promise<PersonRecord | undefined> => {
    const row = await db.selectFrom("user").selectAll().where(column, "=", value).executeTakeFirst();
    return row && personOf(row);
  };
  /** Changes a membership in one transaction with the look at who else is an owner. */
  const changeMember = (
    { organizationId, userId }: { organizationId: string; userId: string },
    staysOwner: boolean,
    change: (transaction: Db) => Promise<unknown>,
  ): Promise<MemberChange> =>
    db.transaction().execute(async (transaction) => {
      const members = await transaction
        .selectFrom("member")
        .select(["user_id", "role"])
        .where("organization_id", "=", organizationId)
        .where((where) => where.or([where("user_id", "=", userId), where("role", "=", Role.OWNER)]))
        .execute();
      const member = members.find(({ user_id }) => user_id === userId);
      if (!member) return "no member";
      if (member.role === Role.OWNER && !staysOwner && members.length === 1) return "last owner";
      await change(transaction);
      return "changed";
    });
  return {
    async createOrganization({ slug, name }) {
      const organization: OrganizationRecord = { id: newId("org"), slug, name };
      const of = { organization_id: organization.id, color: null };
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("organization")
          .values({ ...organization, created_at: Date.now() })
          .execute();
        await insertEnvironments(
          transaction,
          { ...of, slug: "production", name: "Production", personal: 0 },
          { ...of, slug: "development", name: "Development", personal: 1 },
        );
      });
      return organization;
    },
    findOrganization: (slug) =>
      db.selectFrom("organization").select(organizationColumns).where("slug", "=", slug).executeTakeFirst(),
    readOrganization: (id) =>
      db.selectFrom("organization").select(organizationColumns).where("id", "=", id).executeTakeFirst(),
    listOrganizations: () => db.selectFrom("organization").select(organizationColumns).orderBy("name").execute(),

    async createEnvironment({ organizationId, slug, name, color = null }) {
      await insertEnvironments(db, { organization_id: organizationId, slug, name, color, personal: 0 });
      const made = await findEnvironment(organizationId, slug);
      if (!made) throw new Error(`The environment ${slug} was not made.`);
      return made;
    },
    findEnvironment,
    async readEnvironment(id) {
      const row = await db.selectFrom("environment").selectAll().where("id", "=", id).executeTakeFirst();
      return row && environmentOf(row);
    },
    async listEnvironments(organizationId) {
      const rows = await db
        .selectFrom("environment")
        .selectAll()
        .where("organization_id", "=", organizationId)
        .execute();
      const place = ({ slug }: EnvironmentRecord) => (slug === "production" ? 0 : slug === "development" ? 1 : 2);
      return rows.map(environmentOf).sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
    },

    readPerson: (userId) => findPerson("id", userId),
    findPersonByEmail: (email) => findPerson("email", email.toLowerCase()),
    async updatePerson(userId, change) {
      const person = await findPerson("id", userId);
      if (!person) return undefined;
      const next = { ...person, ...change };
      const name = `${next.firstName} ${next.lastName}`.trim() || next.email;
      const updatedAt = new Date().toISOString();
      await db
        .updateTable("user")
        .set({ ...change, name, updatedAt })
        .where("id", "=", userId)
        .execute();
      return next;
    },
    async setMember({ organizationId, userId, role }) {
      await db
        .insertInto("member")
        .values({ organization_id: organizationId, user_id: userId, role, created_at: Date.now() })
        .onConflict((conflict) => conflict.columns(["organization_id", "user_id"]).doUpdateSet({ role }))
        .execute();
    },
    changeRole: ({ role, ...member }) =>
      changeMember(member, role === Role.OWNER, (transaction) =>
        transaction
          .updateTable("member")
          .set({ role })
          .where("organization_id", "=", member.organizationId)
          .where("user_id", "=", member.userId)
          .execute(),
      ),
    removeMember: (member) => changeMember(member, false, (transaction) => removeMember(transaction, member)),
    async listMembers(organizationId) {
      const rows = await db
        .selectFrom("member")
        .innerJoin("user", "user.id", "member.user_id")
        .selectAll("user")
        .select("member.role")
        .where("member.organization_id", "=", organizationId)
        .orderBy("user.email")
        .execute();
      return rows.map((row) => ({ person: personOf(row), role: row.role as Role }));
    },
    async listMemberships(userId) {
      const [members, teams] = await Promise.all([
        db
          .selectFrom("member")
          .innerJoin("organization", "organization.id", "member.organization_id")
          .select(["organization.id", "organization.slug", "organization.name", "member.role"])
          .where("member.user_id", "=", userId)
          .orderBy("organization.name")
          .execute(),
        db
          .selectFrom("team_member")
          .innerJoin("team", "team.id", "team_member.team_id")
          .select(["team.organization_id", "team.slug"])
          .where("team_member.user_id", "=", userId)
          .orderBy("team.slug")
          .execute(),
      ]);
      return members.map(({ role, ...organization }) => ({
        organization,
        role: role as Role,
        teams: teams.filter((team) => team.organization_id === organization.id).map(({ slug }) => slug),
      }));
    },
    async countPeople() {
      const { count } = await db
        .selectFrom("user")
        .select((expression) => expression.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

const organizationColumns = ["id", "slug", "name"] as const;

async function removeMember(
  db: Db,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<void> {
  const own = db.selectFrom("team").select("id").where("organization_id", "=", organizationId);
  await db.deleteFrom("team_member").where("user_id", "=", userId).where("team_id", "in", own).execute();
  await db.deleteFrom("member").where("user_id", "=", userId).where("organization_id", "=", organizationId).execute();
  await db
    .updateTable("api_key")
    .set({ revoked_at: Date.now() })
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .where("revoked_at", "is", null)
    .execute();
  const other = await db.selectFrom("member").select("user_id").where("user_id", "=", userId).executeTakeFirst();
  if (!other) await db.deleteFrom("user").where("id", "=", userId).execute(); // sessions and passwords go with it
}

function personOf(row: Selectable<Database["user"]>): PersonRecord {
  const { id, email, firstName, lastName, timeZone, locale, colorScheme } = row;
  return { id, email, firstName, lastName, timeZone, locale, colorScheme };
}

function environmentOf(row: Database["environment"]): EnvironmentRecord {
  const { id, organization_id, slug, name, color, personal } = row;
  return { id, organizationId: organization_id, slug, name, color, personal: personal === 1 };
}
