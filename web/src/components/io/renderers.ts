import type { IoComponent, Kind } from "@interval/proto";
import { type Component, defineAsyncComponent } from "vue";
import Confirm from "./Confirm.vue";
import DisplayChart from "./DisplayChart.vue";
import DisplayCode from "./DisplayCode.vue";
import DisplayGrid from "./DisplayGrid.vue";
import DisplayHeading from "./DisplayHeading.vue";
import DisplayHtml from "./DisplayHtml.vue";
import DisplayImage from "./DisplayImage.vue";
import DisplayLink from "./DisplayLink.vue";
import DisplayMarkdown from "./DisplayMarkdown.vue";
import DisplayMetadata from "./DisplayMetadata.vue";
import DisplayObject from "./DisplayObject.vue";
import DisplayTable from "./DisplayTable.vue";
import DisplayVideo from "./DisplayVideo.vue";
import InputBoolean from "./InputBoolean.vue";
import InputDate from "./InputDate.vue";
import InputDatetime from "./InputDatetime.vue";
import InputEmail from "./InputEmail.vue";
import InputFile from "./InputFile.vue";
import InputNumber from "./InputNumber.vue";
import InputRichText from "./InputRichText.vue";
import InputSlider from "./InputSlider.vue";
import InputText from "./InputText.vue";
import InputTime from "./InputTime.vue";
import InputUrl from "./InputUrl.vue";
import Search from "./Search.vue";
import SelectMultiple from "./SelectMultiple.vue";
import SelectSingle from "./SelectSingle.vue";
import SelectTable from "./SelectTable.vue";
import UnknownComponent from "./UnknownComponent.vue";

/** What is loaded with the first call that needs it. */
const loaders = {
  inputSpreadsheet: () => import("./InputSpreadsheet.vue"),
} satisfies { [K in Kind]?: () => Promise<{ default: Component }> };

/** Resolves once the components of these kinds are there; undefined where all of them are. */
export function renderersLoaded(components: readonly IoComponent[]): Promise<unknown> | undefined {
  const loading = components.flatMap(({ kind }) => (isLoaded(kind.case) ? [loaders[kind.case]()] : []));
  return loading.length > 0 ? Promise.all(loading) : undefined;
}

function isLoaded(kind: Kind | undefined): kind is keyof typeof loaders {
  return kind !== undefined && Object.hasOwn(loaders, kind);
}

/** How each kind is drawn. A kind that the schema gains does not compile until it stands here. */
export const renderers = {
  inputText: InputText,
  inputEmail: InputEmail,
  inputNumber: InputNumber,
  inputSlider: InputSlider,
  inputUrl: InputUrl,
  inputBoolean: InputBoolean,
  inputRichText: InputRichText,
  inputDate: InputDate,
  inputTime: InputTime,
  inputDatetime: InputDatetime,
  inputFile: InputFile,
  inputSpreadsheet: defineAsyncComponent(loaders.inputSpreadsheet),
  selectSingle: SelectSingle,
  selectMultiple: SelectMultiple,
  selectTable: SelectTable,
  search: Search,
  confirm: Confirm,
  confirmIdentity: UnknownComponent,
  approval: UnknownComponent,
  displayHeading: DisplayHeading,
  displayMarkdown: DisplayMarkdown,
  displayHtml: DisplayHtml,
  displayCode: DisplayCode,
  displayObject: DisplayObject,
  displayImage: DisplayImage,
  displayVideo: DisplayVideo,
  displayLink: DisplayLink,
  displayMetadata: DisplayMetadata,
  displayTable: DisplayTable,
  displayGrid: DisplayGrid,
  displayChart: DisplayChart,
} satisfies Record<Kind, Component>;

/** Fields of one line, in which Enter may submit. */
export const singleLine: ReadonlySet<Kind | undefined> = new Set([
  "inputText",
  "inputEmail",
  "inputNumber",
  "inputSlider",
  "inputUrl",
  "inputDate",
  "inputTime",
  "inputDatetime",
]);

/** What takes the whole width; everything else keeps one that reads well. */
const wide: ReadonlySet<Kind | undefined> = new Set(["displayTable", "selectTable", "displayGrid", "inputSpreadsheet"]);

export function isWide({ kind }: IoComponent): boolean {
  return wide.has(kind.case);
}
