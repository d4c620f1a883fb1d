import { create } from "@bufbuild/protobuf";
import { byteCount, InputTextSchema, limits } from "@interval/proto";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface TextProps extends CommonProps {
  placeholder?: string;
  defaultValue?: string | null;
  /** Whether line breaks can be typed. */
  multiline?: boolean;
  /** How many lines the field shows when it is multiline; 3 by default. */
  lines?: number;
  /** The fewest characters allowed. */
  minLength?: number;
  /** The most characters allowed. */
  maxLength?: number;
}

export const inputText: Build<TextProps, "inputText", string> = (read) => {
  read.ordered("minLength", "maxLength");
  const value = create(InputTextSchema, {
    placeholder: read.string("placeholder"),
    defaultValue: read.string("defaultValue"),
    multiline: read.boolean("multiline"),
    lines: read.integer("lines", 1, 1000),
    minLength: read.integer("minLength", 0),
    maxLength: read.integer("maxLength", 0),
  });
  return {
    kind: { case: "inputText", value },
    read: reading("inputText", ({ text }) => taken(text)),
    enter: (given, entry) => ({ case: "inputText", value: { text: entry.string(given) } }),
    isBlank: ({ kind }) => kind.case === "inputText" && kind.value.text === "",
    impossible() {
      const { minLength = 0, maxLength } = value;
      if (maxLength === 0) return '"maxLength" is 0';
      const most = limits.answerBytes;
      return minLength > most ? `"minLength" is ${minLength} and an answer holds ${byteCount(most)}` : undefined;
    },
  };
};
