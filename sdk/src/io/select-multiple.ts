import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, SelectMultipleSchema } from "@interval/proto";
import { type Built, reading, refused, taken } from "./method.ts";
import { defaultKeys, enterOption, type Option, readOptions, type ValueOfOption } from "./options.ts";
import type { CommonProps, PropReader } from "./props.ts";

export interface SelectMultipleProps<O extends Option> extends CommonProps {
  /** Values, or `{ label, value }`; values are distinct. */
  options: readonly O[];
  /** The options chosen at first, or their bare values. */
  defaultValue?: readonly NoInfer<O | ValueOfOption<O>>[] | null;
  /** The fewest options allowed; none by default. */
  minSelections?: number;
  /** The most options allowed. */
  maxSelections?: number;
}

export function selectMultiple<O extends Option>(
  read: PropReader,
  props: SelectMultipleProps<O>,
): Built<"selectMultiple", O[]> {
  const options = readOptions(read, props?.options);
  read.ordered("minSelections", "maxSelections");
  const value = create(SelectMultipleSchema, {
    options: options.messages,
    defaultValues: [...new Set(defaultKeys(read, options, read.list("defaultValue") ?? []))],
    minSelections: read.integer("minSelections", 0),
    maxSelections: read.integer("maxSelections", 0),
  });
  return {
    kind: { case: "selectMultiple", value },
    recall: (chosen) => chosen,
    read: reading("selectMultiple", ({ optionKeys }) => {
      const unknown = optionKeys.find((key) => !options.byKey.has(key));
      if (unknown !== undefined) {
        return refused(FieldErrorCode.UNKNOWN_OPTION, "An option is not offered.", { actual: unknown });
      }
      const keys = new Set(optionKeys);
      const chosen = [...options.byKey].filter(([key]) => keys.has(key)).map(([, option]) => option);
      return taken(chosen, chosen);
    }),
    enter: (given, entry) => {
      const chosen = entry.list(entry.chosen(given, [...options.byKey.values()]), "an array of options");
      return { case: "selectMultiple", value: { optionKeys: chosen.map((each) => enterOption(options, each, entry)) } };
    },
    empty: [],
    impossible() {
      const [least, count] = [value.minSelections ?? 0, options.messages.length];
      return least > count ? `"minSelections" is ${least} and there are ${count} options` : undefined;
    },
  };
}
