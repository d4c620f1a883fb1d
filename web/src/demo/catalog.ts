import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type CatalogEntry,
  CatalogEntrySchema,
  type GetSessionResponse,
  GetSessionResponseSchema,
  limits,
  Role,
  type User,
  UserSchema,
} from "@interval/proto";

/** Who is signed in on the demo backend. */
export const demoUser: User = create(UserSchema, {
  id: "user_demo",
  email: "ada@example.com",
  firstName: "Ada",
  lastName: "Lovelace",
  role: Role.OWNER,
});

export const demoSession: GetSessionResponse = create(GetSessionResponseSchema, {
  user: demoUser,
  serverVersion: "demo",
  unwatchedRunSpan: durationFromMs(limits.abandonedRunMs),
  organizations: [
    {
      slug: "main",
      name: "Main",
      role: Role.OWNER,
      environments: [
        { slug: "production", name: "Production" },
        { slug: "staging", name: "Staging", color: "#0e7490" },
        { slug: "development", name: "Development" },
      ],
    },
    {
      slug: "northwind",
      name: "Northwind, a customer with rather a long name",
      role: Role.MEMBER,
      environments: [{ slug: "production", name: "Production" }],
    },
  ],
});

/** Actions whose runs go on without a viewer. */
const inBackground = new Set(["payout", "progress", "files"]);

/** What the demo's development environment offers. */
export const demoCatalog: CatalogEntry[] = [
  entry({ path: "hello", name: "Hello", description: "Greets you **by name**." }),
  entry({
    path: "refund",
    name: "Refund a customer",
    description: "Find a customer, pick charges and refund them one by one.",
  }),
  entry({ path: "everything", name: "Everything", description: "Every component that this dashboard shows." }),
  entry({ path: "displays", name: "Displays", description: "Everything that can be shown." }),
  entry({ path: "tables", name: "Tables", description: "Rows in every form." }),
  entry({ path: "inputs", name: "Numbers, days and texts" }),
  entry({ path: "sheet", name: "Import invoices", description: "A sheet of rows." }),
  entry({ path: "choices", name: "Choose people", description: "Searches and selects." }),
  entry({ path: "files", name: "Close the month", description: "Takes the files that finance needs." }),
  entry({ path: "payout", name: "Pay out", description: "Was run by two people: open its transcript." }),
  entry({ path: "chatty", name: "A chatty action", description: "Logs three hundred lines." }),
  entry({ path: "question", name: "Delete an account" }),
  entry({ path: "failure", name: "A failing action" }),
  entry({ path: "progress", name: "Rebuild the search index", description: "Takes a while and says how far it is." }),
  entry({ path: "offline", name: "Nightly import", description: "Its host is away." }, 0),
  create(CatalogEntrySchema, {
    hostsOnline: 1,
    route: {
      path: "users",
      name: "Users",
      description: "Everything about accounts.",
      kind: { case: "page", value: { hasHandler: true } },
    },
  }),
  entry({ path: "users/create", name: "Create a user" }),
  entry({ path: "users/billing/invoice", name: "Send an invoice" }),
];

type RouteInit = Exclude<MessageInitShape<typeof CatalogEntrySchema>["route"], undefined>;

function entry(route: RouteInit, hostsOnline = 1): CatalogEntry {
  return create(CatalogEntrySchema, {
    hostsOnline,
    route: {
      ...route,
      kind: { case: "action", value: { backgroundable: inBackground.has(route.path ?? "") } },
    } as RouteInit,
    lastSeen: hostsOnline ? undefined : timestampFromDate(new Date(Date.now() - 3 * 3_600_000)),
  });
}
