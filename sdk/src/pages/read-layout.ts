import { create } from "@bufbuild/protobuf";
import { type PageLayout, PageLayoutSchema, type PageText, PageTextSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { numbered, ownKey } from "../io/compose.ts";
import { Eventuals, type EventualValue } from "../io/eventual.ts";
import { toMenu } from "../io/link.ts";
import { show } from "../io/props.ts";
import { isRefreshEvery, refreshEveryRange } from "../io/refresh.ts";
import { describedBy, type Spec } from "../io/spec.ts";
import type { LayoutDefinition } from "../layout.ts";

/** More parts than this nobody reads. */
const maxParts = 200;

/** A layout, ready to be sent. */
export interface ReadLayout {
  layout: PageLayout;
  /** What each part describes, by its key. */
  parts: Map<string, Spec>;
  /** What follows the texts that are not there yet. */
  later: Eventuals["later"];
  /** After how many milliseconds it is read again by itself. */
  refreshEvery: number | undefined;
}

/**
 * Reads what a handler has returned.
 * @throws {HostMisuseError} naming what cannot stand in a layout
 */
export function readLayout(given: LayoutDefinition): ReadLayout {
  const { title, description, menuItems = [], children = [], refreshEvery } = given;
  if (!Array.isArray(menuItems)) throw wrong("menuItems", "an array", menuItems);
  if (refreshEvery !== undefined && !isRefreshEvery(refreshEvery)) {
    throw wrong("refreshEvery", refreshEveryRange, refreshEvery);
  }
  const parts = readParts(children);
  const eventuals = new Eventuals();
  const layout = create(PageLayoutSchema, {
    title: toText("title", title, eventuals),
    description: toText("description", description, eventuals),
    menuItems: toMenu(menuItems, 'Layout: "menuItems"'),
    parts: [...parts.keys()],
  });
  return { layout, parts, later: eventuals.later, refreshEvery };
}

function toText(
  prop: string,
  given: EventualValue<string | undefined | null>,
  eventuals: Eventuals,
): PageText | undefined {
  if (given === undefined || given === null) return undefined;
  const text = create(PageTextSchema);
  eventuals.into(text, given, (value) => {
    if (typeof value !== "string" && value !== undefined && value !== null) throw wrong(prop, "a string", value);
    text.text = value?.toWellFormed() ?? "";
  });
  return text;
}

function readParts(children: unknown): Map<string, Spec> {
  if (!Array.isArray(children)) throw wrong("children", "an array of io.display methods", children);
  for (const child of children) describedBy(child)?.made?.use();
  if (children.length > maxParts) {
    throw new HostMisuseError(`Layout: there are ${children.length} children; at most ${maxParts} are possible.`);
  }
  const taken = new Map<string, number>();
  return new Map(
    children.map((child: unknown, i): [string, Spec] => {
      const described = describedBy(child);
      const { body } = described ?? {};
      if (!described || body?.type !== "component" || !body.kind.startsWith("display") || described.choices) {
        const given = described ? `${described.method}${described.choices ? " with choices" : ""}` : show(child);
        throw wrong(`children[${i}]`, "a method of io.display that is not awaited", given);
      }
      return [numbered(ownKey(described), taken), described];
    }),
  );
}

function wrong(prop: string, expected: string, given: unknown): HostMisuseError {
  return new HostMisuseError(
    `Layout: "${prop}" must be ${expected}, but it is ${typeof given === "string" ? given : show(given)}.`,
  );
}
