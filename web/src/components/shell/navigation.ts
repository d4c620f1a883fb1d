import type { Session } from "../../composables/useSession.ts";
import { homePath, type Place, settingsPath } from "../../lib/links.ts";

/** A screen that the navigation and the palette lead to. */
export interface NavItem {
  to: string;
  icon: string;
  /** Its text's key. */
  text: string;
  /** Below what addresses it counts as where one is; its own when left out. */
  below?: readonly string[];
}

/** The screens, in groups; a group after the first has a heading. */
export interface NavGroup {
  /** Its text's key. */
  text?: string;
  items: NavItem[];
}

/** What of a place is somebody's. */
interface Rights {
  /** Whether they write programs in the organization. */
  developer: boolean;
  /** Whether the hosts and actions of the very environment are theirs to look after. */
  manages: boolean;
}

export function rightsAt(place: Place, session: Session): Rights {
  return { developer: session.isDeveloper(place.organization), manages: session.manages(place) };
}

/** Where the navigation leads. Every entry has a screen: what there is not yet is left out. */
export function navGroups(place: Place, rights: Rights): NavGroup[] {
  const home = homePath(place);
  return [
    {
      items: [
        { to: home, icon: "i-lucide-house", text: "shell.home", below: [`${home}/actions`] },
        { to: `${home}/queue`, icon: "i-lucide-inbox", text: "shell.queue" },
        { to: `${home}/history`, icon: "i-lucide-history", text: "shell.history" },
        ...(rights.developer ? [development(place, rights)] : []),
      ],
    },
    {
      text: "shell.settings",
      items: [{ to: `${home}/settings/organization`, icon: "i-lucide-building-2", text: "shell.organization" }],
    },
  ];
}

/** What developers need: in shared environments theirs who look after them, else the person's own development. */
function development(place: Place, { manages }: Rights): NavItem {
  const there = manages ? place : { ...place, environment: "development" };
  const shared = manages && place.environment !== "development";
  const screens = ["setup", "keys", "hosts", "actions"] as const;
  return {
    to: settingsPath(there, "hosts"),
    icon: "i-lucide-square-terminal",
    text: shared ? "shell.hostsAndActions" : "shell.development",
    below: screens.map((screen) => settingsPath(there, screen)),
  };
}

/** Whether an address belongs to an entry. */
export function isActive({ to, below = [to] }: NavItem, path: string): boolean {
  return path === to || below.some((start) => path === start || path.startsWith(`${start}/`));
}
