// The host of hostile.test.ts: asks for whatever component it is told, and tells what it received and what its validators have seen.
import { fromJsonString } from "@bufbuild/protobuf";
import { IoComponentSchema } from "@interval/proto";
import { Interval, io } from "@interval/sdk";
import { propsOf } from "../../../sdk/src/io/golden-props.test-util.ts";

/** The method of a component: "inputText" is io.input.text. */
function methodOf(kind) {
  const [, group = kind, name] = /^(input|select|display)([A-Z].*)$/.exec(kind) ?? [];
  return name ? io[group][name.charAt(0).toLowerCase() + name.slice(1)] : io[group];
}

function chainOf(component, see) {
  const { key, label, disabled, optional, multiple, kind } = component;
  const props = { ...propsOf(component), key, disabled: disabled || undefined };
  let chain = methodOf(kind.case)(label, props);
  if (multiple) chain = chain.multiple();
  if (optional) chain = chain.optional();
  return chain.validate?.((value) => void see(value)) ?? chain;
}

/** A result is to fit a frame: of long texts it tells the length. */
function shortened(_key, value) {
  return typeof value === "string" && value.length > 1000 ? `${value.length} characters` : value;
}

/** What came, and everything that came near: a validator sees all that gets past the checks. */
async function received(ask) {
  const seen = [];
  const value = await ask((each) => seen.push(each));
  return JSON.stringify({ value, seen }, shortened);
}

const people = Array.from({ length: 500 }, (_, id) => ({ id, name: `Person ${id}`, secret: "none of yours" }));
const columns = ["id", "name"];
const getData = async ({ offset, pageSize }) => ({
  data: people.slice(offset, offset + pageSize),
  totalRecords: people.length,
});
let queries = [];

const interval = new Interval({
  routes: {
    component: (_io, { params }) =>
      received((see) => chainOf(fromJsonString(IoComponentSchema, String(params.component)), see)),
    rows: () =>
      received((see) =>
        io.select.table("Rows", { data: people, columns, maxSelections: 2 }).validate((v) => void see(v)),
      ),
    fetched: () =>
      received((see) =>
        io.select
          .table("Fetched", { getData, columns, minSelections: 1, maxSelections: 2 })
          .validate((v) => void see(v)),
      ),
    hashed: () => received(() => io.select.table("Hashed", { getData, rowKey: "name", columns })),
    plain: () => received(() => io.select.table("Plain", { data: people, isSortable: false, isFilterable: false })),
    found: () => {
      queries = [];
      const onSearch = (query) => {
        queries.push(query);
        return people.filter(({ name }) => name === query);
      };
      const renderResult = ({ name }) => name;
      const [first] = people;
      const initialResults = first ? [first] : [];
      return received((see) =>
        io.search("Found", { onSearch, renderResult, initialResults }).validate((v) => void see(v)),
      );
    },
    queries: () => JSON.stringify(queries),
    files: () =>
      received((see) =>
        io
          .group({
            small: io.input.file("Small", { allowedExtensions: ["txt"], maxSize: 1000 }),
            other: io.input.file("Other").optional(),
          })
          .validate((v) => void see(v)),
      ),
    own: () => {
      const generatePresignedUrls = ({ name }) => ({
        uploadUrl: `https://example.com/put/${name}`,
        downloadUrl: `https://example.com/get/${name}`,
      });
      return received((see) => io.input.file("Own", { generatePresignedUrls }).validate((v) => void see(v)));
    },
    choices: () =>
      received((see) =>
        io
          .group({ heading: io.display.heading("A heading"), name: io.input.text("Name") })
          .withChoices(["Save", { label: "Skip", value: "skip", validate: false }])
          .validate((v) => void see(v)),
      ),
    displays: async () => {
      await io.group({
        table: io.display.table("Table", { data: people, columns }),
        grid: io.display.grid("Grid", { data: people, renderItem: ({ name }) => ({ label: name }) }),
        heading: io.display.heading("A heading"),
      });
      return received((see) => io.input.text("Name", { key: "name" }).validate((v) => void see(v)));
    },
    finished: () => "done",
  },
});
await interval.listen();
