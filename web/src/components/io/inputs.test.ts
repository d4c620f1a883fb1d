import { defaultValue, type IoValue, type IoComponent as Message } from "@interval/proto";
import type { DOMWrapper, VueWrapper } from "@vue/test-utils";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import CalendarPanel from "../ui/CalendarPanel.vue";
import IoComponent from "./IoComponent.vue";

afterEach(() => {
  vi.unstubAllEnvs();
  document.body.innerHTML = "";
});

type Kind = Parameters<typeof ioComponent>[0]["kind"];

/** A component as a form shows it: what it emits comes back to it. */
function draw(kind: Kind, more: { disabled?: boolean } = {}, props: object = {}) {
  const component: Message = ioComponent({ key: "k", label: "A label", kind, ...more });
  const wrapper: VueWrapper = mountIo(IoComponent, {
    component,
    errors: [],
    disabled: false,
    modelValue: defaultValue(component, "Europe/Berlin"),
    "onUpdate:modelValue": (modelValue: IoValue | undefined) => wrapper.setProps({ modelValue }),
    ...props,
  });
  return wrapper;
}

function emitted(wrapper: VueWrapper): IoValue["kind"] | undefined {
  const [value] = wrapper.emitted<[IoValue | undefined]>("update:modelValue")?.at(-1) ?? [];
  return value?.kind;
}

/** The texts of the parts of a day or a time. */
function parts(wrapper: VueWrapper): string[] {
  return wrapper
    .findAll("[role=spinbutton]")
    .map(({ element }) => (element instanceof HTMLInputElement ? element.value : ""));
}

async function press(field: Pick<DOMWrapper<Element>, "trigger"> | undefined, ...keys: string[]): Promise<void> {
  for (const key of keys) await field?.trigger("keydown", { key });
}

const errors = [{ componentKey: "k", path: "", text: "Not this one.", code: 1, params: {} }];

describe("a slider", () => {
  const value = { min: 0.5, max: 10, step: 0.5, defaultValue: 2 };
  const kind = { case: "inputSlider" as const, value };

  it("goes by steps with the keys, and says where it is", async () => {
    const wrapper = draw(kind);
    const thumb = wrapper.get("[role=slider]");
    expect(thumb.attributes()).toMatchObject({ "aria-valuenow": "2", "aria-valuemin": "0.5", "aria-valuemax": "10" });
    await press(thumb, "ArrowRight");
    expect(emitted(wrapper)).toMatchObject({ case: "inputSlider", value: { number: 2.5 } });
    await press(thumb, "End");
    expect(emitted(wrapper)).toMatchObject({ value: { number: 10 } });
    expect(thumb.attributes("aria-valuetext")).toBe("10");
    expect(document.getElementById(thumb.attributes("aria-labelledby") ?? "")?.textContent).toBe("A label");
  });

  it("takes a number that is typed, on the thumb too", async () => {
    const wrapper = draw(kind);
    await press(wrapper.get("[role=slider]"), "7");
    expect(document.activeElement).toBe(wrapper.get("input").element);
    expect(emitted(wrapper)).toMatchObject({ value: { number: 7 } });
    await wrapper.get("input").setValue("3.3");
    expect(emitted(wrapper)).toMatchObject({ value: { number: 3.3 } });
    await wrapper.get("input").setValue("");
    expect(emitted(wrapper)).toBeUndefined();
  });

  it("does not drift over fractions", async () => {
    const wrapper = draw({ case: "inputSlider", value: { min: 0, max: 1, step: 0.1, defaultValue: 0.2 } });
    await press(wrapper.get("[role=slider]"), "ArrowRight");
    expect(emitted(wrapper)).toMatchObject({ value: { number: 0.3 } });
  });

  it("that is disabled stands still", async () => {
    const wrapper = draw(kind, { disabled: true });
    await press(wrapper.get("[role=slider]"), "ArrowRight");
    expect(emitted(wrapper)).toBeUndefined();
    expect(wrapper.get("input").attributes("disabled")).toBeDefined();
  });
});

describe("what is cleared is missing", () => {
  it("an e-mail address", async () => {
    const wrapper = draw({ case: "inputEmail", value: { defaultValue: "ada@example.com" } });
    await wrapper.get("input").setValue(" ");
    expect(emitted(wrapper)).toBeUndefined();
  });

  it("a number, but zero is one", async () => {
    const wrapper = draw({ case: "inputNumber", value: { currency: "KWD", defaultValue: 1234.5 } });
    expect(wrapper.get("input").element.value).toBe("1,234.500");
    await wrapper.get("input").setValue("0");
    expect(emitted(wrapper)).toMatchObject({ case: "inputNumber", value: { number: 0 } });
    await wrapper.get("input").setValue("");
    expect(emitted(wrapper)).toBeUndefined();
  });
});

describe("an address", () => {
  it("is trimmed, and gets its scheme when the field is left", async () => {
    const wrapper = draw({ case: "inputUrl", value: {} });
    await wrapper.get("input").setValue(" example.com/a ");
    expect(emitted(wrapper)).toMatchObject({ case: "inputUrl", value: { url: "example.com/a" } });
    await wrapper.get("input").trigger("blur");
    expect(emitted(wrapper)).toMatchObject({ value: { url: "https://example.com/a" } });
    await wrapper.get("input").setValue("");
    expect(emitted(wrapper)).toBeUndefined();
  });

  it.each(["nonsense", "localhost:3000", "ftp://example.com", "javascript:alert(1)"])(
    "%s stays as it is",
    async (url) => {
      const wrapper = draw({ case: "inputUrl", value: { allowedProtocols: ["https"] } });
      await wrapper.get("input").setValue(url);
      await wrapper.get("input").trigger("blur");
      expect(emitted(wrapper)).toMatchObject({ value: { url } });
    },
  );
});

describe("a day", () => {
  const kind = { case: "inputDate" as const, value: {} };

  it("is typed part by part", async () => {
    const wrapper = draw(kind);
    const [month, day, year] = wrapper.findAll("[role=spinbutton]");
    await month?.setValue("2");
    expect(emitted(wrapper)).toMatchObject({ case: "inputDate", value: { date: { year: 0, month: 2, day: 0 } } });
    await day?.setValue("29");
    await year?.setValue("2028");
    expect(emitted(wrapper)).toMatchObject({ value: { date: { year: 2028, month: 2, day: 29 } } });
    expect(parts(wrapper)).toEqual(["02", "29", "2028"]);
  });

  it("is taken whole when it is typed or pasted into the first part", async () => {
    const wrapper = draw(kind);
    await wrapper.get("[role=spinbutton]").setValue("11/4/2026");
    expect(parts(wrapper)).toEqual(["11", "04", "2026"]);
    const clipboardData = { getData: () => "2027-01-31" };
    await wrapper.get("[role=spinbutton]").trigger("paste", { clipboardData });
    expect(emitted(wrapper)).toMatchObject({ value: { date: { year: 2027, month: 1, day: 31 } } });
  });

  it("turns with the arrows, and is emptied part by part or at once", async () => {
    const wrapper = draw({ case: "inputDate", value: { defaultValue: { year: 2026, month: 12, day: 31 } } });
    const [month, , year] = wrapper.findAll("[role=spinbutton]");
    await press(month, "ArrowUp");
    expect(month?.attributes("aria-valuetext")).toBe("1 – January");
    await press(year, "Backspace");
    expect(year?.attributes("aria-valuetext")).toBe("Empty");
    expect(emitted(wrapper)).toMatchObject({ value: { date: { year: 0, month: 1, day: 31 } } });
    await wrapper.get("button[aria-label=Clear]").trigger("click");
    expect(emitted(wrapper)).toBeUndefined();
    expect(parts(wrapper)).toEqual(["", "", ""]);
  });

  it("is named part by part, with what is wrong, and has a calendar", async () => {
    const wrapper = draw(kind, {}, { errors });
    const names = wrapper.findAll("[role=spinbutton]").map((part) => part.attributes("aria-label"));
    expect(names).toEqual(["Month", "Day", "Year"]);
    for (const part of wrapper.findAll("[role=spinbutton]")) expect(part.attributes("aria-invalid")).toBe("true");
    const described = wrapper.get("[role=group]").attributes("aria-describedby") ?? "";
    expect(document.getElementById(described)?.textContent).toContain("Not this one.");
    expect(wrapper.get("button[aria-haspopup=dialog]").attributes("aria-label")).toBe("Calendar: A label");
  });

  it("is chosen in a calendar, within its bounds", async () => {
    const props = { label: "Calendar", min: { year: 2030, month: 2, day: 10 }, max: { year: 2030, month: 3, day: 1 } };
    const wrapper = mountIo(CalendarPanel, props);
    const dayOf = (date: string) => wrapper.get(`[role=button][data-value="${date}"]`);
    expect(dayOf("2030-02-09").attributes("aria-disabled")).toBe("true");
    await dayOf("2030-02-28").trigger("click");
    expect(wrapper.emitted("choose")).toEqual([[{ year: 2030, month: 2, day: 28 }]]);
  });

  it("that is disabled shows its value alone", () => {
    const value = { defaultValue: { year: 2026, month: 1, day: 31 } };
    const wrapper = draw({ case: "inputDate", value }, { disabled: true });
    expect(parts(wrapper)).toEqual(["01", "31", "2026"]);
    expect(wrapper.get("[role=spinbutton]").attributes("disabled")).toBeDefined();
    expect(wrapper.find("button").exists()).toBe(false);
  });
});

describe("a time", () => {
  it.each([
    [0, ["12", "05", "AM"]],
    [9, ["09", "05", "AM"]],
    [12, ["12", "05", "PM"]],
    [23, ["11", "05", "PM"]],
  ])("of %i h is shown on a clock of 12 hours", (hour, expected) => {
    expect(parts(draw({ case: "inputTime", value: { defaultValue: { hour, minute: 5 } } }))).toEqual(expected);
  });

  it("is not known before AM or PM is", async () => {
    const wrapper = draw({ case: "inputTime", value: {} });
    const [hour, minute, period] = wrapper.findAll("[role=spinbutton]");
    await hour?.setValue("12");
    await minute?.setValue("00");
    expect(emitted(wrapper)).toMatchObject({ case: "inputTime", value: { time: { hour: -1, minute: 0 } } });
    await period?.setValue("a");
    expect(emitted(wrapper)).toMatchObject({ value: { time: { hour: 0, minute: 0 } } });
    await press(period, "ArrowUp");
    expect(emitted(wrapper)).toMatchObject({ value: { time: { hour: 12, minute: 0 } } });
  });
});

describe("a day and a time", () => {
  it("go with the zone of the one who answers", async () => {
    const wrapper = draw({ case: "inputDatetime", value: {} });
    await wrapper.get("[role=spinbutton]").trigger("paste", { clipboardData: { getData: () => "2026-11-24T00:00" } });
    expect(emitted(wrapper)).toMatchObject({
      case: "inputDatetime",
      value: {
        datetime: { date: { year: 2026, month: 11, day: 24 }, time: { hour: 0, minute: 0 } },
        timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      },
    });
    expect(parts(wrapper)).toEqual(["11", "24", "2026", "12", "00", "AM"]);
  });

  it("show the zone in which they were answered", () => {
    const date = { year: 2026, month: 11, day: 24 };
    const wrapper = draw({ case: "inputDatetime", value: { defaultValue: { date, time: { hour: 9, minute: 0 } } } });
    expect(wrapper.text()).toContain("Europe/Berlin");
  });

  it("show moments on the clock of the one who answers, and answer the same moment", async () => {
    const unixSeconds = BigInt(Date.UTC(2026, 5, 15, 22, 30) / 1000);
    const datetime = draw({ case: "inputDatetime", value: { defaultMoment: { unixSeconds } } });
    expect(parts(datetime)).toEqual(["06", "16", "2026", "12", "30", "AM"]);
    expect(parts(draw({ case: "inputDate", value: { defaultMoment: { unixSeconds } } }))).toEqual(["06", "16", "2026"]);
    expect(parts(draw({ case: "inputTime", value: { defaultMoment: { unixSeconds } } }))).toEqual(["12", "30", "AM"]);
  });

  it("say which of two is meant where clocks show a time twice: the moment that was given, else the first", async () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const unixSeconds = BigInt(Date.UTC(2026, 9, 25, 1, 30) / 1000);
    const wrapper = draw({ case: "inputDatetime", value: { defaultMoment: { unixSeconds } } });
    expect(wrapper.text()).toContain("2:30 AM comes twice that day; the second, UTC+1, is meant.");
    const day = wrapper.findAll("[role=spinbutton]")[1];
    await press(day, "ArrowUp");
    expect(wrapper.text()).not.toContain("comes twice");
    await press(day, "ArrowDown");
    expect(wrapper.text()).toContain("2:30 AM comes twice that day; the first, UTC+2, is meant.");
    expect(emitted(wrapper)).toMatchObject({ value: { timeZone: "Europe/Berlin", utcOffsetSeconds: 7200 } });
  });

  it("have no moment where clocks leap over a time", async () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const wrapper = draw({ case: "inputDatetime", value: {} });
    await wrapper.get("[role=spinbutton]").trigger("paste", { clipboardData: { getData: () => "2026-03-29T02:30" } });
    expect(emitted(wrapper)).toMatchObject({ value: { timeZone: "Europe/Berlin" } });
    expect(emitted(wrapper)).not.toHaveProperty("value.utcOffsetSeconds");
  });
});

describe("formatted text", () => {
  async function drawEditor(value: object, more: { disabled?: boolean } = {}, props: object = {}) {
    const wrapper = draw({ case: "inputRichText", value }, more, props);
    await expect.poll(() => wrapper.find("[role=textbox]").exists(), { timeout: 10_000 }).toBe(true);
    await flushPromises();
    return wrapper;
  }

  it("is edited with named tools, and given as HTML of the grammar", async () => {
    const wrapper = await drawEditor({ defaultValue: "<p>Hello</p>" });
    const tools = wrapper.get("[role=toolbar]");
    expect(tools.attributes("aria-label")).toBe("Formatting of A label");
    await tools.get("button[aria-label='Heading 2']").trigger("click");
    expect(emitted(wrapper)).toMatchObject({ case: "inputRichText", value: { html: "<h2>Hello</h2>" } });
    await nextTick();
    expect(tools.get("button[aria-label='Heading 2']").attributes("aria-pressed")).toBe("true");
    await tools.get("button[aria-label='Bulleted list']").trigger("click");
    await tools.get("button[aria-label='Undo']").trigger("click");
    expect(emitted(wrapper)).toMatchObject({ value: { html: expect.not.stringContaining("<ul>") } });
  });

  it("keeps tables, pictures and marks that it has no tools for", async () => {
    const kept =
      '<table><tbody><tr><th colspan="2"><p>a</p></th></tr></tbody></table><p>H<sub>2</sub>O <img src="https://a.example/x.png" alt="A"></p>';
    const wrapper = await drawEditor({ defaultValue: `${kept}<p>End</p>` });
    await wrapper.get("button[aria-label='Quote']").trigger("click");
    const kind = emitted(wrapper);
    expect(kind?.case === "inputRichText" && kind.value.html.replaceAll(/<\/?blockquote>/g, "")).toBe(
      `${kept}<p>End</p>`,
    );
  });

  it("is named, says what is wrong, and can be left with Tab", async () => {
    const wrapper = await drawEditor({}, {}, { errors });
    const box = wrapper.get("[role=textbox]");
    expect(document.getElementById(box.attributes("aria-labelledby") ?? "")?.textContent).toBe("A label");
    expect(box.attributes()).toMatchObject({ "aria-invalid": "true", "aria-required": "true", "data-focus": "" });
    const tab = new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true });
    box.element.dispatchEvent(tab);
    expect(tab.defaultPrevented).toBe(false);
  });

  it("that is disabled is shown without tools", async () => {
    const wrapper = await drawEditor({ defaultValue: "<p>Hello</p>" }, { disabled: true });
    expect(wrapper.get("[role=textbox]").attributes()).toMatchObject({
      contenteditable: "false",
      "aria-disabled": "true",
    });
    expect(wrapper.find("[role=toolbar]").exists()).toBe(false);
  });
});
