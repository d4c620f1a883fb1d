import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, SelectSingleSchema } from "@interval/proto";
import { type Built, reading, refused, taken } from "./method.ts";
import { defaultKeys, enterOption, type Option, readOptions, type ValueOfOption } from "./options.ts";
import type { CommonProps, PropReader } from "./props.ts";

export interface SelectSingleProps<O extends Option> extends CommonProps {
  /** Values, or `{ label, value }`; values are distinct. */
  options: readonly O[];
  /** The option chosen at first, or its bare value. */
  defaultValue?: NoInfer<O | ValueOfOption<O>> | null;
  /** Whether options can be searched by typing. */
  searchable?: boolean;
}

export function selectSingle<O extends Option>(
  read: PropReader,
  props: SelectSingleProps<O>,
): Built<"selectSingle", O> {
  const options = readOptions(read, props?.options);
  const given = read.raw("defaultValue");
  const value = create(SelectSingleSchema, {
    options: options.messages,
    defaultValue: given === undefined ? undefined : defaultKeys(read, options, [given])[0],
    searchable: read.boolean("searchable"),
  });
  return {
    kind: { case: "selectSingle", value },
    recall: ([option]) => option,
    read: reading("selectSingle", ({ optionKey }) => {
      const chosen = options.byKey.get(optionKey);
      return chosen === undefined
        ? refused(FieldErrorCode.UNKNOWN_OPTION, "This option is not offered.", { actual: optionKey })
        : taken(chosen, [chosen]);
    }),
    impossible: () => (options.messages.length === 0 ? '"options" is empty' : undefined),
    enter: (given, entry) => {
      const option = entry.chosen(given, [...options.byKey.values()]);
      return { case: "selectSingle", value: { optionKey: enterOption(options, option, entry) } };
    },
  };
}
