import { HighlightColor, ImageFit, MediaSize, Theme } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { show } from "./props.ts";

/** How much a button or link stands out. */
export type ThemeName = "primary" | "secondary" | "danger";

/** A colour that marks a table cell. */
export type HighlightColorName = "red" | "orange" | "yellow" | "green" | "blue" | "purple" | "pink" | "gray";

/** How large a picture or a video is drawn. */
export type SizeName = "thumbnail" | "small" | "medium" | "large";

/** How a picture fills its frame: wholly visible, or cropped. */
export type FitName = "contain" | "cover";

type Names<Enum extends string> = Lowercase<Exclude<Enum, "UNSPECIFIED">>;

const themes = {
  primary: Theme.PRIMARY,
  secondary: Theme.SECONDARY,
  danger: Theme.DANGER,
} satisfies Record<Names<keyof typeof Theme>, Theme>;

const colors = {
  red: HighlightColor.RED,
  orange: HighlightColor.ORANGE,
  yellow: HighlightColor.YELLOW,
  green: HighlightColor.GREEN,
  blue: HighlightColor.BLUE,
  purple: HighlightColor.PURPLE,
  pink: HighlightColor.PINK,
  gray: HighlightColor.GRAY,
} satisfies Record<Names<keyof typeof HighlightColor>, HighlightColor>;

const sizes = {
  thumbnail: MediaSize.THUMBNAIL,
  small: MediaSize.SMALL,
  medium: MediaSize.MEDIUM,
  large: MediaSize.LARGE,
} satisfies Record<Names<keyof typeof MediaSize>, MediaSize>;

const fits = {
  contain: ImageFit.CONTAIN,
  cover: ImageFit.COVER,
} satisfies Record<Names<keyof typeof ImageFit>, ImageFit>;

export const toTheme = (name: unknown, where: string) => lookUp(themes, name, `"theme" of ${where}`);
export const toHighlightColor = (name: unknown, where: string) => lookUp(colors, name, `"highlightColor" of ${where}`);
export const toSize = (name: unknown, where: string) => lookUp(sizes, name, `"size" of ${where}`);
export const toFit = (name: unknown, where: string) => lookUp(fits, name, `"fit" of ${where}`);

function lookUp<T>(table: Readonly<Record<string, T>>, name: unknown, what: string): T | undefined {
  if (name === undefined || name === null) return undefined;
  const found = typeof name === "string" && Object.hasOwn(table, name) ? table[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(table).map((each) => `"${each}"`);
  throw new HostMisuseError(`${what} must be one of ${names.join(", ")}, but it is ${show(name)}.`);
}
