import { create } from "@bufbuild/protobuf";
import {
  defaultValue,
  type IoValue,
  type Kind,
  type IoComponent as Message,
  TablePageSchema,
  toValue,
} from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import IoComponent from "./IoComponent.vue";
import { rendererOf } from "./renderers.ts";
import UnknownComponent from "./UnknownComponent.vue";

afterEach(() => {
  document.body.innerHTML = "";
});

type Context = Parameters<typeof mountIo>[2];

function draw(component: Message, props: Record<string, unknown> = {}, context: Context = {}) {
  const modelValue = defaultValue(component);
  return mountIo(IoComponent, { component, errors: [], disabled: false, modelValue, ...props }, context);
}

function emitted(wrapper: ReturnType<typeof draw>): IoValue["kind"] | undefined {
  const [value] = wrapper.emitted<[IoValue | undefined]>("update:modelValue")?.at(-1) ?? [];
  return value?.kind;
}

const options = ["Red", "Green"].map((label) => ({ key: `s:${label}`, label }));
const rows = ["a", "b", "c"].map((key) => ({ key, cells: { name: { value: toValue(`Row ${key}`) } } }));
const table = {
  columns: [{ key: "name", label: "Name" }],
  firstPage: { rows, totalRows: 3n },
  pageSize: 20,
  sortable: true,
  filterable: true,
};

describe("inputs give the value of their kind", () => {
  it("text", async () => {
    const wrapper = draw(ioComponent({ key: "k", label: "Your name", kind: { case: "inputText", value: {} } }));
    expect(wrapper.get("label").text()).toBe("Your name");
    await wrapper.get("input").setValue("Ada ");
    expect(emitted(wrapper)).toMatchObject({ case: "inputText", value: { text: "Ada " } });
    await wrapper.get("input").setValue("");
    expect(emitted(wrapper)).toBeUndefined();
  });

  it("text over several lines", () => {
    const kind = { case: "inputText" as const, value: { multiline: true, lines: 5, defaultValue: "one\ntwo" } };
    const field = draw(ioComponent({ key: "k", label: "Lines", kind })).get("textarea");
    expect(field.attributes("rows")).toBe("5");
    expect(field.element.value).toBe("one\ntwo");
  });

  it("number, with its currency", async () => {
    const kind = { case: "inputNumber" as const, value: { currency: "USD", defaultValue: 1234.5 } };
    const wrapper = draw(ioComponent({ key: "k", label: "Amount", kind }));
    expect(wrapper.text()).toContain("$");
    expect(wrapper.get("input").element.value).toBe("1,234.50");
    await wrapper.get("input").setValue("$2,000.25");
    expect(emitted(wrapper)).toMatchObject({ case: "inputNumber", value: { number: 2000.25 } });
    await wrapper.get("input").setValue("many");
    expect(emitted(wrapper)).toMatchObject({ value: { number: Number.NaN } });
  });

  it("e-mail, without the white space around it", async () => {
    const wrapper = draw(ioComponent({ key: "k", label: "E-mail", kind: { case: "inputEmail", value: {} } }));
    await wrapper.get("input").setValue(" ada@example.com ");
    expect(emitted(wrapper)).toMatchObject({ case: "inputEmail", value: { email: "ada@example.com" } });
  });

  it("boolean", async () => {
    const wrapper = draw(ioComponent({ key: "k", label: "Agree", kind: { case: "inputBoolean", value: {} } }));
    await wrapper.get("input").setValue(true);
    expect(emitted(wrapper)).toMatchObject({ case: "inputBoolean", value: { checked: true } });
  });

  it("one of few options", async () => {
    const wrapper = draw(
      ioComponent({ key: "k", label: "Colour", kind: { case: "selectSingle", value: { options } } }),
    );
    await wrapper.findAll("input[type=radio]")[1]?.setValue(true);
    expect(emitted(wrapper)).toMatchObject({ case: "selectSingle", value: { optionKey: "s:Green" } });
  });

  it("one of many options, behind a field", () => {
    const kind = { case: "selectSingle" as const, value: { options, searchable: true, defaultValue: "s:Red" } };
    const wrapper = draw(ioComponent({ key: "k", label: "Colour", kind }));
    expect(wrapper.get("input").attributes("role")).toBe("combobox");
    expect(wrapper.get("input").attributes("id")).toBe(wrapper.get("label").attributes("for"));
  });

  it("several options", async () => {
    const kind = { case: "selectMultiple" as const, value: { options, defaultValues: ["s:Red"] } };
    const wrapper = draw(ioComponent({ key: "k", label: "Colours", kind }));
    await wrapper.findAll("input[type=checkbox]")[1]?.setValue(true);
    expect(emitted(wrapper)).toMatchObject({ case: "selectMultiple", value: { optionKeys: ["s:Red", "s:Green"] } });
  });

  it("rows of a table", async () => {
    const kind = { case: "selectTable" as const, value: { table, initiallySelected: ["a"] } };
    const wrapper = draw(ioComponent({ key: "k", label: "Rows", kind }));
    expect(wrapper.text()).toContain("1 selected");
    await wrapper.findAll("tbody input[type=checkbox]")[2]?.setValue(true);
    expect(emitted(wrapper)).toMatchObject({ case: "selectTable", value: { rowKeys: ["a", "c"] } });
  });
});

describe("displays show what they hold", () => {
  it("a heading", () => {
    const wrapper = draw(
      ioComponent({ key: "k", label: "Title", kind: { case: "displayHeading", value: { level: 3 } } }),
    );
    expect(wrapper.get("h3").text()).toBe("Title");
  });

  it("markdown, without what could harm", async () => {
    const label = "Some **bold** <script>alert(1)</script> [x](javascript:alert(1))";
    const wrapper = draw(ioComponent({ key: "k", label, kind: { case: "displayMarkdown", value: {} } }));
    await expect.poll(() => wrapper.find("strong").exists()).toBe(true);
    expect(wrapper.find("script").exists()).toBe(false);
    expect(wrapper.html()).not.toContain('href="javascript');
  });

  it("a value as a tree whose types can be told", () => {
    const data = toValue({ big: 5n, text: "5", list: [null, undefined] });
    const wrapper = draw(ioComponent({ key: "k", label: "Value", kind: { case: "displayObject", value: { data } } }));
    for (const text of ["5n", '"5"', "null", "undefined"]) expect(wrapper.text()).toContain(text);
  });

  it("a table, ordered by its host", async () => {
    const asked: unknown[] = [];
    const page = create(TablePageSchema, {
      rows: [{ key: "z", cells: { name: { value: toValue("Row z") } } }],
      totalRows: 1n,
    });
    const wrapper = draw(
      ioComponent({ key: "k", label: "Table", kind: { case: "displayTable", value: { table } } }),
      {},
      {
        fetch: (_call, key, fetch) => {
          const { ask } = fetch.kind.case === "displayTable" ? fetch.kind.value : {};
          asked.push([key, ask?.case === "query" && ask.value.sortColumn]);
          return Promise.resolve({
            $typeName: "interval.io.v1.IoPage",
            kind: {
              case: "displayTable",
              value: { $typeName: "interval.io.v1.DisplayTablePage", answer: { case: "page", value: page } },
            },
          });
        },
      },
    );
    expect(wrapper.findAll("tbody tr")).toHaveLength(3);
    await wrapper.get("thead button").trigger("click");
    await expect.poll(() => wrapper.findAll("tbody tr").length).toBe(1);
    expect(asked).toEqual([["k", "name"]]);
    expect(wrapper.get("thead th").attributes("aria-sort")).toBe("ascending");
  });

  it("a table whose host does not answer says so, with a way to try again", async () => {
    const wrapper = draw(ioComponent({ key: "k", label: "Table", kind: { case: "displayTable", value: { table } } }));
    await wrapper.get("thead button").trigger("click");
    await expect.poll(() => wrapper.find("[role=alert]").exists()).toBe(true);
    expect(wrapper.get("[role=alert]").text()).toContain("This host answers nothing.");
  });
});

describe("what is wrong", () => {
  it("is told to those who see and to those who hear", async () => {
    const component = ioComponent({
      key: "k",
      label: "Name",
      helpText: "As on *paper*",
      kind: { case: "inputText", value: {} },
    });
    const errors = [{ componentKey: "k", path: "", text: "This is needed.", code: 1, params: {} }];
    const wrapper = draw(component, { errors });
    await flushPromises();
    const input = wrapper.get("input");
    expect(input.attributes("aria-invalid")).toBe("true");
    const described = (input.attributes("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent);
    expect(described.join(" ")).toContain("This is needed.");
    expect(described).toHaveLength(2);
  });
});

describe("what this dashboard does not know", () => {
  const unknown = (["confirmIdentity", "approval"] satisfies Kind[]).filter(
    (kind) => rendererOf(kind) === UnknownComponent,
  );

  it.each(unknown)("%s stands as a labelled placeholder", (kind) => {
    const wrapper = draw(
      ioComponent({ key: "k", label: "Something new", kind: { case: kind, value: {} } as Message["kind"] }),
    );
    expect(wrapper.text()).toContain("Something new");
    expect(wrapper.text()).toContain(kind);
  });

  it("a component without a kind that is known", () => {
    expect(draw(ioComponent({ key: "k", label: "From tomorrow" })).text()).toContain("From tomorrow");
  });
});
