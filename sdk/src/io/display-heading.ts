import { create } from "@bufbuild/protobuf";
import { DisplayHeadingSchema } from "@interval/proto";
import { type MenuItem, toMenu } from "./link.ts";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export interface HeadingProps extends DisplayProps {
  /** 2 by default. */
  level?: 2 | 3 | 4;
  /** A line below the heading. */
  description?: string;
  /** What can be done, beside the heading. */
  menuItems?: readonly MenuItem[];
}

export const displayHeading: Build<HeadingProps, "displayHeading", null> = (read) => {
  const value = create(DisplayHeadingSchema, {
    level: read.oneOf("level", [2, 3, 4]),
    description: read.string("description"),
    menuItems: toMenu(read.list("menuItems") ?? [], `${read.method}: "menuItems"`),
  });
  return { kind: { case: "displayHeading", value } };
};
