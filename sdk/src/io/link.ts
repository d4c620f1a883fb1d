import { create } from "@bufbuild/protobuf";
import {
  type Link,
  LinkSchema,
  limits,
  type MenuItem as MenuItemMessage,
  MenuItemSchema,
  toParams,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { checkSlug } from "../routes/slug.ts";
import { isRecord, show } from "./props.ts";
import { type ThemeName, toTheme } from "./theme.ts";

/** Values that travel in an address with their types. */
export type Params = Record<string, string | number | boolean | bigint | Date | null | undefined>;

/** Where a click leads: an address, or an action or page of the same environment. */
export interface LinkProps {
  /** An address with the scheme http, https or mailto. */
  url?: string;
  /** The path of an action or page. */
  route?: string;
  /** Parameters for the route. */
  params?: Params;
  /** @deprecated the older spelling of `route` */
  action?: string;
}

/** An entry of a menu beside a heading or a row. */
export interface MenuItem extends LinkProps {
  label: string;
  disabled?: boolean;
  theme?: ThemeName;
}

/**
 * Packs a link; undefined where there is none.
 * @throws {HostMisuseError} for a scheme that is not allowed, or a path that is none
 */
export function toLink(props: unknown, where: string): Link | undefined {
  if (!isRecord(props)) return undefined;
  const { url, action, route = action, params } = props;
  if (typeof url === "string") return create(LinkSchema, { target: { case: "url", value: checkUrl(url, where) } });
  if (typeof route === "string") {
    checkSlug(route);
    const value = { path: route, params: toParams(isRecord(params) ? params : {}) };
    return create(LinkSchema, { target: { case: "route", value } });
  }
  const wrong = url ?? route;
  if (wrong === undefined || wrong === null) return undefined;
  throw new HostMisuseError(`${where}: "url" and "route" must be strings, but there is ${show(wrong)}.`);
}

function checkUrl(url: string, where: string): string {
  if (url.length > limits.addressLength) {
    throw new HostMisuseError(
      `${where}: the address has ${url.length} characters; at most ${limits.addressLength} are possible.`,
    );
  }
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (scheme === "http:" || scheme === "https:" || scheme === "mailto:") return url;
  throw new HostMisuseError(
    `${where}: ${show(url)} must be an absolute address that begins with http:, https: or mailto:.`,
  );
}

/** Packs a menu. */
export function toMenu(items: readonly unknown[], where: string): MenuItemMessage[] {
  return items.map((item) => {
    if (!isRecord(item) || typeof item.label !== "string") {
      throw new HostMisuseError(`${where} must hold { label, route | url }, but there is ${show(item)}.`);
    }
    const { label, disabled, theme } = item;
    return create(MenuItemSchema, {
      label: label.toWellFormed(),
      link: toLink(item, where),
      disabled: disabled === true,
      theme: toTheme(theme, where),
    });
  });
}
