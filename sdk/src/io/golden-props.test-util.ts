// The golden cases of the protocol, and the props with which a program asks for their components. It needs nothing of the SDK, so that hosts of
// tests, which run the SDK as it was built, can ask for them too.
import { fromJson } from "@bufbuild/protobuf";
import {
  type CivilDatetime,
  fromValue,
  type InputDatetime,
  type IoComponent,
  IoComponentSchema,
  type Moment,
  SpreadsheetCellType,
} from "@interval/proto";
import { type GoldenFile, readTestdata, testdataFiles } from "../../../gen/src/testdata.test-util.ts";

/** The cases of every component. */
export const allGoldenCases = testdataFiles(".").flatMap((file) => {
  return readTestdata<GoldenFile>(file).cases.map(({ component, ...rest }) => ({
    component: fromJson(IoComponentSchema, component),
    ...rest,
  }));
});

/** The props with which a program asks for a component; most are the schema's own. */
export function propsOf({ kind, multiple }: IoComponent): object {
  switch (kind.case) {
    case "inputDate":
    case "inputTime":
      return { ...kind.value, ...momentProps(kind.value) };
    case "inputDatetime": {
      const { defaultValue, min, max } = kind.value;
      return { defaultValue: flat(defaultValue), min: flat(min), max: flat(max), ...momentProps(kind.value) };
    }
    case "inputSpreadsheet": {
      const { columns, defaultRows } = kind.value;
      const types = columns.map(({ key, type, optional }) => [key, `${cellTypes[type]}${optional ? "?" : ""}`]);
      const rows = defaultRows.map(({ cells }) =>
        Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, fromValue(cell)])),
      );
      return { columns: Object.fromEntries(types), defaultValue: rows };
    }
    case "search": {
      const { placeholder, initialResults, defaultValues } = kind.value;
      const items = (found: typeof initialResults) => found.map(({ key }) => optionValue(key));
      const [first] = items(defaultValues);
      const defaultValue = multiple ? items(defaultValues) : first;
      return { placeholder, initialResults: items(initialResults), defaultValue, onSearch: () => [] };
    }
    case "inputFile": {
      const { ownStorage, maxSize } = kind.value;
      const urls = { uploadUrl: "https://example.com/put", downloadUrl: "https://example.com/a" };
      const generatePresignedUrls = ownStorage ? () => urls : undefined;
      return { ...kind.value, maxSize: maxSize && Number(maxSize), generatePresignedUrls };
    }
    case "selectSingle":
      return { ...kind.value, ...options(kind.value.options), defaultValue: optionValue(kind.value.defaultValue) };
    case "selectMultiple":
      return { ...kind.value, ...options(kind.value.options), defaultValue: kind.value.defaultValues.map(optionValue) };
    case "selectTable": {
      const data = [{ id: 1 }, { id: 2 }];
      const initiallySelected = data.filter(({ id }) => kind.value.initiallySelected.includes(`n:${id}`));
      return { ...kind.value, data, columns: ["id"], initiallySelected };
    }
    default:
      return kind.value ?? {};
  }
}

const cellTypes: Partial<Record<SpreadsheetCellType, string>> = {
  [SpreadsheetCellType.STRING]: "string",
  [SpreadsheetCellType.NUMBER]: "number",
  [SpreadsheetCellType.BOOLEAN]: "boolean",
  [SpreadsheetCellType.DATE]: "date",
};
const flat = (moment: CivilDatetime | undefined) => moment && { ...moment.date, ...moment.time };
const date = (moment: Moment | undefined) => moment && new Date(Number(moment.unixSeconds) * 1000);
const momentProps = ({
  defaultMoment,
  minMoment,
  maxMoment,
}: Pick<InputDatetime, "defaultMoment" | "minMoment" | "maxMoment">) => ({
  ...(defaultMoment && { defaultValue: date(defaultMoment) }),
  ...(minMoment && { min: date(minMoment) }),
  ...(maxMoment && { max: date(maxMoment) }),
});
const options = (given: Array<{ key: string; label: string }>) => ({
  options: given.map(({ key, label }) => ({ label, value: optionValue(key) })),
});

function optionValue(key: string | undefined) {
  const text = key?.slice(2);
  return key?.startsWith("n:") ? Number(text) : key?.startsWith("b:") ? text === "true" : text;
}
