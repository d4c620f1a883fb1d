import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, IoPageSchema, SearchSchema, type SelectOption } from "@interval/proto";
import { Uploads } from "../assets/assets.ts";
import { BadResponseError, HostMisuseError } from "../errors.ts";
import { type Built, reading, refused, type Screen, taken } from "./method.ts";
import { bareValue, type ValueOfOption } from "./options.ts";
import { type CommonProps, isRecord, type PropReader, show } from "./props.ts";
import { enterItem, type Searchable } from "./search-entry.ts";
import { type RenderedItem, SearchItems } from "./search-items.ts";

export interface SearchProps<Item> extends CommonProps {
  placeholder?: string;
  /**
   * Finds items for what was typed. What it throws is shown to the operator, who may go on typing.
   * @param signal aborts once the operator looks for something else
   */
  onSearch: (query: string, options: { signal: AbortSignal }) => readonly Item[] | Promise<readonly Item[]>;
  /** What is shown of an item; by default the item itself. */
  renderResult?: (item: Item) => RenderedItem;
  /** The items shown before anything is typed. */
  initialResults?: readonly Item[] | null;
  /** The item chosen at first. Where the initial results have a `value`, that alone will do. */
  defaultValue?: NoInfer<Item | ValueOfOption<Item>> | null;
}

export function search<Item>(read: PropReader, props: SearchProps<Item>): Built<"search", Item | Item[]> {
  const { onSearch } = props ?? {};
  if (typeof onSearch !== "function") throw read.wrong("onSearch", "a function of the text that was typed");
  const items = new SearchItems<Item>(read.method, read.function<(item: Item) => unknown>("renderResult"));
  const initial = read.list("initialResults") === undefined ? [] : (props.initialResults ?? []);
  const value = create(SearchSchema, {
    placeholder: read.string("placeholder"),
    initialResults: items.start(initial, read.uploads),
    defaultValues: chosenAtFirst(read, items, initial),
  });
  let screen: Screen | undefined;
  const find = async (query: string, signal: AbortSignal): Promise<SelectOption[]> => {
    const found = await onSearch(query, { signal });
    if (!Array.isArray(found)) {
      throw new HostMisuseError(`${read.method}: "onSearch" must give an array of items, but it gave ${show(found)}.`);
    }
    const uploads = new Uploads(read.assets);
    const options = items.found(found, uploads);
    await uploads.done();
    return options;
  };
  const shownOf = (options: readonly SelectOption[]) => options.flatMap(({ key }) => items.get(key) ?? []);
  const searchable: Searchable<Item> = {
    initial: shownOf(value.initialResults),
    find: async (query) => shownOf(await find(query, new AbortController().signal)),
    labelOf: (item) => items.labelOf(item, new Uploads(read.assets)),
  };
  return {
    kind: { case: "search", value },
    recall: (items) => (read.multiple ? items : items[0]),
    read: reading("search", ({ itemKeys }) => {
      const shown = itemKeys.flatMap((key) => items.get(key) ?? []);
      const chosen = shown.map(({ item }) => item);
      if (chosen.length < itemKeys.length) {
        return refused(FieldErrorCode.UNKNOWN_OPTION, "This is not known any more. Search for it again.");
      }
      value.chosenItems = shown.map(({ option }) => option);
      screen?.changed();
      const [only] = chosen;
      return taken(read.multiple || only === undefined ? chosen : only, chosen);
    }),
    enter: async (given, entry) => {
      const list = read.multiple ? entry.list(given, "an array of items") : [given];
      const itemKeys = await Promise.all(list.map((item) => enterItem(searchable, item, entry)));
      return { case: "search", value: { itemKeys } };
    },
    // What was searched for is not stored: the component tells what was chosen.
    later: async (where) => {
      screen = where;
    },
    isBlank: ({ kind }) => kind.case === "search" && kind.value.itemKeys.length === 0,
    serve: async ({ kind }, signal) => {
      if (kind.case !== "search") throw new BadResponseError("This is not a search.");
      const found = await find(kind.value.query, signal);
      return create(IoPageSchema, { kind: { case: "search", value: { items: found } } });
    },
  };
}

/** Bare values stand for the initial result that has them; what cannot be shown is dropped, and the developer is warned. */
function chosenAtFirst<Item>(read: PropReader, items: SearchItems<Item>, initial: readonly Item[]): SelectOption[] {
  const given = read.raw("defaultValue");
  const list: readonly unknown[] = read.multiple && Array.isArray(given) ? given : given === undefined ? [] : [given];
  return list.flatMap((value) => {
    const plain = isRecord(value) ? undefined : bareValue(value);
    const named = plain === undefined ? undefined : initial.find((item) => isRecord(item) && item.value === plain);
    try {
      // What is no initial result is an item itself, as the type says.
      return items.start([named ?? (value as Item)], read.uploads);
    } catch {
      read.warnings.push(
        `${read.method}: "defaultValue" names ${show(value)}, which is not among the initial results.`,
      );
      return [];
    }
  });
}
