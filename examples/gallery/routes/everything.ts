import { Action, io } from "@interval/sdk";
import { people } from "../lib/people";
import { disc } from "../lib/picture";

/** All that is only shown, in one group. */
function displays() {
  return io.group(
    {
      heading: io.display.heading("Everything", { description: "Each component once.", level: 3 }),
      markdown: io.display.markdown("Some **bold** text."),
      html: io.display.html("HTML", { html: "<p>Some <b>bold</b> text.</p>" }),
      code: io.display.code("Code", { code: "const answer = 42;", language: "typescript" }),
      object: io.display.object("Object", { data: { name: "Ada", tags: ["a", "b"] } }),
      image: io.display.image("Image", { buffer: disc("#4f46e5", "A"), alt: "The letter A", size: "thumbnail" }),
      link: io.display.link("Link", { url: "https://example.com" }),
      metadata: io.display.metadata("Metadata", { data: [{ label: "Name", value: "Ada" }] }),
      table: io.display.table("Table", { data: people(30), columns: ["name", "city"] }),
      grid: io.display.grid("Grid", {
        data: people(4),
        renderItem: ({ name, city }) => ({ label: name, description: city }),
      }),
      chart: io.display.chart("Chart", {
        kind: "bar",
        data: [
          { x: "a", y: 1 },
          { x: "b", y: 2 },
        ],
        x: "x",
        y: "y",
      }),
    },
    { label: "Displays" },
  );
}

/** All that takes an answer, in one group. */
function inputs() {
  return io.group(
    {
      text: io.input.text("Text"),
      email: io.input.email("E-mail").optional(),
      number: io.input.number("Number").optional(),
      slider: io.input.slider("Slider", { min: 0, max: 10 }),
      url: io.input.url("Address").optional(),
      boolean: io.input.boolean("Box"),
      richText: io.input.richText("Rich text").optional(),
      date: io.input.date("Date").optional(),
      time: io.input.time("Time").optional(),
      datetime: io.input.datetime("Date and time").optional(),
      file: io.input.file("File").optional(),
      sheet: io.input.spreadsheet("Spreadsheet", { columns: { name: "string?" } }).optional(),
      single: io.select.single("One", { options: ["a", "b"] }).optional(),
      multiple: io.select.multiple("Several", { options: ["a", "b"] }),
      rows: io.select.table("Rows", { data: people(10), columns: ["name"] }),
      person: io.search("Person", { onSearch: () => people(5), renderResult: ({ name }) => name }).optional(),
    },
    { label: "Inputs" },
  );
}

export default new Action({
  name: "Everything",
  description: "All components on one screen.",
  handler: async () => {
    const answers = await io.group({ displays: displays(), inputs: inputs() });
    return Object.keys(answers.inputs);
  },
});
