import { create } from "@bufbuild/protobuf";
import { InputUrlSchema } from "@interval/proto";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps, PropReader } from "./props.ts";

export interface UrlProps extends CommonProps {
  placeholder?: string;
  defaultValue?: string | URL | null;
  /** The schemes allowed, with or without a colon; http and https by default. */
  allowedProtocols?: readonly string[];
}

export const inputUrl: Build<UrlProps, "inputUrl", URL> = (read) => {
  const given = read.raw("defaultValue");
  const value = create(InputUrlSchema, {
    placeholder: read.string("placeholder"),
    defaultValue: given instanceof URL ? given.href : read.string("defaultValue"),
    allowedProtocols: protocols(read),
  });
  return {
    kind: { case: "inputUrl", value },
    read: reading("inputUrl", ({ url }) => taken(new URL(url))),
    enter: (given, entry) => {
      const url = given instanceof URL ? given.href : entry.string(given);
      return { case: "inputUrl", value: { url } };
    },
  };
};

function protocols(read: PropReader): string[] {
  return (read.list("allowedProtocols") ?? []).map((given) => {
    const [, scheme] = typeof given === "string" ? (/^([a-z][a-z0-9+.-]*)(:(\/\/)?)?$/i.exec(given) ?? []) : [];
    if (!scheme) throw read.wrong("allowedProtocols", 'a list of schemes, such as ["https", "mailto"]', given);
    return scheme.toLowerCase();
  });
}
