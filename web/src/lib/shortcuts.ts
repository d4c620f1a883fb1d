/** What a key does on every screen. */
export type ShellShortcut = "palette" | "search" | "home" | "queue" | "history" | "help";

/** A shortcut as the overview tells it. */
export interface Shortcut {
  /** The last part of its text's key. */
  text: string;
  /** The keys, pressed one after the other; `Mod` stands for Ctrl, or for Cmd on a Mac. */
  keys: readonly string[];
  /** Whether the keys are pressed together. */
  together?: boolean;
}

/** What single keys do, one key or two in a row. They do nothing while something is typed. */
export const singleKeys = {
  "/": "search",
  "?": "help",
  "g h": "home",
  "g q": "queue",
  "g y": "history",
} as const satisfies Record<string, ShellShortcut>;

/** All shortcuts, in groups. */
export const shortcutGroups: readonly { text: string; shortcuts: readonly Shortcut[] }[] = [
  {
    text: "everywhere",
    shortcuts: [
      { text: "palette", keys: ["Mod", "K"], together: true },
      ...Object.entries(singleKeys).map(([keys, text]) => ({ text, keys: keys.split(" ") })),
      { text: "close", keys: ["Esc"] },
    ],
  },
  {
    text: "lists",
    shortcuts: [
      { text: "move", keys: ["↑", "↓"] },
      { text: "open", keys: ["Enter"] },
    ],
  },
  {
    text: "run",
    shortcuts: [{ text: "submit", keys: ["Mod", "Enter"], together: true }],
  },
];

/** Reads single keys: whether one completes a shortcut, or begins one of two keys. */
export class KeyReader {
  #first: string | undefined;

  /** Takes a key, and returns the shortcut that it completes. */
  press(key: string): ShellShortcut | undefined {
    const both = this.#first === undefined ? undefined : find(`${this.#first} ${key}`);
    this.#first =
      both === undefined && Object.keys(singleKeys).some((keys) => keys.startsWith(`${key} `)) ? key : undefined;
    return both ?? find(key);
  }

  /** Forgets the first key of two. */
  reset(): void {
    this.#first = undefined;
  }
}

function find(keys: string): ShellShortcut | undefined {
  return Object.entries(singleKeys).find(([known]) => known === keys)?.[1];
}

/** The name of the key that stands beside letters in shortcuts on this machine. */
export function modifierName(): string {
  return /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.userAgent ?? "") ? "⌘" : "Ctrl";
}
