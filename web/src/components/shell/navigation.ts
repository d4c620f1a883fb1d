import { homePath, type Place } from "../../lib/links.ts";

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

/** Where the navigation leads. Every entry has a screen: what there is not yet is left out. */
export function navGroups(place: Place): NavGroup[] {
  const home = homePath(place);
  return [
    {
      items: [
        { to: home, icon: "i-lucide-house", text: "shell.home", below: [`${home}/actions`] },
        { to: `${home}/queue`, icon: "i-lucide-inbox", text: "shell.queue" },
        { to: `${home}/history`, icon: "i-lucide-history", text: "shell.history" },
      ],
    },
    {
      text: "shell.settings",
      items: [{ to: `${home}/settings/organization`, icon: "i-lucide-building-2", text: "shell.organization" }],
    },
  ];
}

/** Whether an address belongs to an entry. */
export function isActive({ to, below = [to] }: NavItem, path: string): boolean {
  return path === to || below.some((start) => path.startsWith(`${start}/`));
}
