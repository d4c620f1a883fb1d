import type { Actor, User } from "@interval/proto";

/** A person's name as others read it. */
export function userName({ firstName, lastName, email }: Pick<User, "firstName" | "lastName" | "email">): string {
  return [firstName, lastName].filter(Boolean).join(" ") || email;
}

/** Who did something; empty for the server itself. */
export function actorName(actor: Actor | undefined): string {
  switch (actor?.kind.case) {
    case "user":
      return userName(actor.kind.value);
    case "apiKey":
      return `${actor.kind.value.prefix}…`;
    default:
      return "";
  }
}

/** Why the server acted; empty for everybody else. */
export function actorReason(actor: Actor | undefined): string {
  return actor?.kind.case === "system" ? actor.kind.value.reason : "";
}
