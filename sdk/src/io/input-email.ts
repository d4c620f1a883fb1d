import { create } from "@bufbuild/protobuf";
import { InputEmailSchema } from "@interval/proto";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface EmailProps extends CommonProps {
  placeholder?: string;
  defaultValue?: string | null;
}

export const inputEmail: Build<EmailProps, "inputEmail", string> = (read) => {
  const value = create(InputEmailSchema, {
    placeholder: read.string("placeholder"),
    defaultValue: read.string("defaultValue"),
  });
  return {
    kind: { case: "inputEmail", value },
    read: reading("inputEmail", ({ email }) => taken(email)),
    enter: (given, entry) => ({ case: "inputEmail", value: { email: entry.string(given) } }),
    isBlank: ({ kind }) => kind.case === "inputEmail" && kind.value.email === "",
  };
};
