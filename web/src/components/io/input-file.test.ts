import { create } from "@bufbuild/protobuf";
import { InputFileValueSchema, type IoValue, type IoComponent as Message } from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { nextTick } from "vue";
import { ioComponent, mountIo } from "../../demo/mount.ts";
import { LineError } from "../../lib/send-bytes.ts";
import type { IoContext, Uploading } from "./context.ts";
import IoComponent from "./IoComponent.vue";

afterEach(() => {
  document.body.innerHTML = "";
});

/** Uploads that end when the test says so. */
class Uploads {
  readonly started: Array<{ name: string; target: object; options: Uploading; end: (stored: object | Error) => void }> =
    [];

  readonly upload: IoContext["upload"] = (target, file, options) =>
    new Promise((resolve, reject) => {
      const end = (stored: object | Error) => (stored instanceof Error ? reject(stored) : resolve(stored));
      options.signal.addEventListener("abort", () => reject(options.signal.reason));
      this.started.push({ name: file.name, target, options, end });
    });

  get names(): string[] {
    return this.started.map(({ name }) => name);
  }
}

const file = (name: string, size = 10) => new File([new Uint8Array(size)], name, { type: "text/plain" });

function draw(component: Partial<Omit<Message, "kind">> & { kind?: object } = {}, props: object = {}) {
  const uploads = new Uploads();
  const asked = { key: "k", label: "Report", kind: { case: "inputFile" as const, value: {} }, ...component };
  const wrapper = mountIo(
    IoComponent,
    { component: ioComponent(asked as Parameters<typeof ioComponent>[0]), errors: [], disabled: false, ...props },
    { upload: uploads.upload },
  );
  const choose = async (...files: File[]) => {
    const input = wrapper.get<HTMLInputElement>("input[type=file]").element;
    Object.defineProperty(input, "files", { value: files, configurable: true });
    await wrapper.get("input[type=file]").trigger("change");
    await giveBack();
  };
  /** What the form does: it holds the value. */
  const giveBack = async () => {
    const [value] = wrapper.emitted<[IoValue | undefined]>("update:modelValue")?.at(-1) ?? [];
    await wrapper.setProps({ modelValue: value });
  };
  const files = () => {
    const [value] = wrapper.emitted<[IoValue | undefined]>("update:modelValue")?.at(-1) ?? [];
    return value?.kind.case === "inputFile" ? value.kind.value.files : [];
  };
  const settle = async () => {
    await flushPromises();
    await giveBack();
  };
  const press = async (name: string) => {
    await wrapper.get(`button[aria-label="${name}"]`).trigger("click");
    await settle();
  };
  return { wrapper, uploads, choose, files, settle, press };
}

const inputFile = (value: object) => ({ kind: { case: "inputFile" as const, value } });

describe("a file", () => {
  it("is uploaded once it is chosen, and stands in the value with its id", async () => {
    const { wrapper, uploads, choose, files, settle } = draw();
    expect(wrapper.get("input").attributes("id")).toBe(wrapper.get("label").attributes("for"));
    await choose(file("a.txt", 2000));
    expect(files()).toMatchObject([{ name: "a.txt", mediaType: "text/plain", size: 2000n }]);
    expect(files()[0]?.assetId).toBeUndefined();
    const [upload] = uploads.started;
    expect(upload?.target).toEqual({ callKey: "k", componentKey: "k", ownStorage: false });
    upload?.options.onProgress(1000);
    await nextTick();
    const bar = wrapper.get("[role=progressbar]");
    expect([bar.attributes("aria-label"), bar.attributes("aria-valuenow")]).toEqual(["Uploading a.txt", "1000"]);
    expect(wrapper.text()).toContain("1,000 bytes of 1.95 KiB");
    upload?.end({ assetId: "asset_1" });
    await settle();
    expect(files()).toMatchObject([{ name: "a.txt", assetId: "asset_1" }]);
    expect(wrapper.find("[role=progressbar]").exists()).toBe(false);
    expect(wrapper.get("[role=status]").text()).toBe("a.txt uploaded");
    expect(wrapper.get("li a").attributes()).toMatchObject({ href: "/assets/asset_1", download: "a.txt" });
  });

  it("may be dropped", async () => {
    const { wrapper, uploads } = draw();
    const zone = wrapper.findAll("label").at(-1);
    await zone?.trigger("drop", { dataTransfer: { files: [file("a.txt"), file("b.txt")] } });
    expect(uploads.names).toEqual(["a.txt"]); // one alone is asked for
  });

  it("takes the place of another one where one is asked", async () => {
    const { uploads, choose, files } = draw();
    await choose(file("a.txt"));
    await choose(file("b.txt"));
    expect(uploads.started[0]?.options.signal.aborted).toBe(true);
    expect(files().map(({ name }) => name)).toEqual(["b.txt"]);
  });

  it("that does not fit is refused at once, and not sent", async () => {
    const { wrapper, uploads, choose } = draw(inputFile({ allowedExtensions: ["pdf"], maxSize: 5n }));
    expect(wrapper.get("input").attributes("accept")).toBe(".pdf");
    expect(wrapper.text()).toContain(".pdf · up to 5 bytes");
    await choose(file("a.txt"));
    expect(uploads.started).toEqual([]);
    const text = "Choose a file that ends with .pdf. Choose a file of at most 5 bytes.";
    expect(wrapper.get("li").text()).toContain(text);
    expect(wrapper.get("[role=status]").text()).toBe(`a.txt: ${text}`);
  });

  it("is canceled and removed, and the cursor goes back to where it was chosen", async () => {
    const { wrapper, uploads, choose, files, press } = draw();
    await choose(file("a.txt"));
    await press("Cancel the upload of a.txt");
    expect(uploads.started[0]?.options.signal.aborted).toBe(true);
    expect(files()).toEqual([]);
    expect(wrapper.find("li").exists()).toBe(false);
    expect(wrapper.get("[role=status]").text()).toBe("a.txt removed");
    expect(document.activeElement).toBe(wrapper.get("input").element);
  });

  it("whose line broke can be tried again, under the same name", async () => {
    const { wrapper, uploads, choose, settle, press, files } = draw();
    await choose(file("a.txt"));
    uploads.started[0]?.end(new LineError("broken"));
    await settle();
    expect(wrapper.get("li").text()).toContain("The connection was lost. What has arrived is kept.");
    await press("Try again to upload a.txt");
    expect(uploads.started[1]?.options.requestId).toBe(uploads.started[0]?.options.requestId);
    uploads.started[1]?.end({ assetId: "asset_1" });
    await settle();
    expect(files()).toMatchObject([{ assetId: "asset_1" }]);
  });

  it("that is refused says why", async () => {
    const { wrapper, uploads, choose, settle } = draw();
    await choose(file("a.txt"));
    uploads.started[0]?.end(new Error("The storage answered 403."));
    await settle();
    expect(wrapper.get("li").text()).toContain("The storage answered 403.");
  });
});

describe("several files", () => {
  const multiple = { multiple: true };

  it("are uploaded two at a time, in their order", async () => {
    const { wrapper, uploads, choose, settle, files } = draw(multiple);
    expect(wrapper.get("input").attributes("multiple")).toBeDefined();
    await choose(file("a"), file("b"), file("c"));
    await choose(file("d"));
    expect(uploads.names).toEqual(["a", "b"]);
    uploads.started[1]?.end({ assetId: "asset_b" });
    await settle();
    expect(uploads.names).toEqual(["a", "b", "c"]);
    uploads.started[0]?.end({ assetId: "asset_a" });
    await settle();
    expect(files().map(({ name, assetId }) => [name, assetId])).toEqual([
      ["a", "asset_a"],
      ["b", "asset_b"],
      ["c", undefined],
      ["d", undefined],
    ]);
  });

  it("show what is wrong with one of them at that one", async () => {
    const { wrapper, uploads, choose, settle } = draw(multiple);
    await choose(file("a"), file("b"));
    uploads.started[1]?.end({ assetId: "asset_b" });
    await settle();
    const fault = (path: string, text: string) => ({ componentKey: "k", path, text, code: 22, params: {} });
    const errors = [fault("files/0", "Not uploaded."), fault("files/1", "Gone."), fault("", "Too many.")];
    await wrapper.setProps({ errors });
    expect(wrapper.findAll("li").map((row) => row.text())).toEqual([
      expect.stringContaining("This file is still being uploaded."),
      expect.stringContaining("Gone."),
    ]);
    expect(wrapper.text()).toContain("Too many.");
    expect(wrapper.text()).not.toContain("Not uploaded.");
  });
});

describe("files from before", () => {
  const value = (...files: object[]) => ({
    $typeName: "interval.io.v1.IoValue",
    kind: { case: "inputFile", value: create(InputFileValueSchema, { files }) },
  });

  it("are shown as they were answered, and cannot be changed", () => {
    const modelValue = value({ assetId: "asset_1", name: "a.txt", size: 10n });
    const { wrapper } = draw({}, { disabled: true, modelValue });
    expect(wrapper.get("li a").text()).toBe("a.txt");
    expect(wrapper.findAll("button, input")).toEqual([]);
  });

  it("that were not uploaded when the page was left are left out", async () => {
    const modelValue = value({ assetId: "asset_1", name: "a.txt" }, { name: "b.txt" });
    const { wrapper, files } = draw({ multiple: true }, { modelValue });
    await flushPromises();
    expect(wrapper.findAll("li")).toHaveLength(1);
    expect(files().map(({ name }) => name)).toEqual(["a.txt"]);
  });

  it("stop on their way when the step is left", async () => {
    const { wrapper, uploads, choose } = draw();
    await choose(file("a.txt"));
    wrapper.unmount();
    expect(uploads.started[0]?.options.signal.aborted).toBe(true);
  });
});
