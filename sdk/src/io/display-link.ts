import { create } from "@bufbuild/protobuf";
import { DisplayLinkSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { Eventuals, type EventualValue } from "./eventual.ts";
import { type LinkProps, toLink } from "./link.ts";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";
import { type ThemeName, toTheme } from "./theme.ts";

export interface DisplayLinkProps extends DisplayProps, Omit<LinkProps, "url"> {
  /** An address with the scheme http, https or mailto; it may be on its way. */
  url?: EventualValue<string>;
  /** Saves what `url` serves instead of opening it, where the browser may: under this name, or under its own. */
  download?: string | boolean;
  /** `primary` by default. */
  theme?: ThemeName;
}

export const displayLink: Build<DisplayLinkProps, "displayLink", null> = (read) => {
  const value = create(DisplayLinkSchema, { theme: toTheme(read.raw("theme"), read.method) });
  const download = nameOf(read.raw("download"), () => read.wrong("download", "a name, or true"));
  const place = { route: read.raw("route") ?? read.raw("action"), params: read.raw("params") };
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, read.raw("url"), (url) => {
    const link = toLink({ url, ...place }, read.method);
    if (!link) throw new HostMisuseError(`${read.method} needs a "url" or a "route".`);
    if (link.target.case === "url") link.download = download;
    value.link = link;
  });
  return { kind: { case: "displayLink", value }, later: eventuals.later };
};

/** An empty name leaves it to the browser. */
function nameOf(download: unknown, wrong: () => Error): string | undefined {
  if (download === undefined || download === false) return undefined;
  if (download === true) return "";
  if (typeof download === "string") return download;
  throw wrong();
}
