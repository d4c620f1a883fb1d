import type { IoComponent, Kind } from "@interval/proto";
import type { Component } from "vue";
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
import InputEmail from "./InputEmail.vue";
import InputFile from "./InputFile.vue";
import InputNumber from "./InputNumber.vue";
import InputText from "./InputText.vue";
import SelectMultiple from "./SelectMultiple.vue";
import SelectSingle from "./SelectSingle.vue";
import SelectTable from "./SelectTable.vue";
import UnknownComponent from "./UnknownComponent.vue";

/** How each kind is drawn. A kind that the schema gains does not compile until it stands here. */
export const renderers = {
  inputText: InputText,
  inputEmail: InputEmail,
  inputNumber: InputNumber,
  inputSlider: UnknownComponent,
  inputUrl: UnknownComponent,
  inputBoolean: InputBoolean,
  inputRichText: UnknownComponent,
  inputDate: UnknownComponent,
  inputTime: UnknownComponent,
  inputDatetime: UnknownComponent,
  inputFile: InputFile,
  inputSpreadsheet: UnknownComponent,
  selectSingle: SelectSingle,
  selectMultiple: SelectMultiple,
  selectTable: SelectTable,
  search: UnknownComponent,
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
export const singleLine: ReadonlySet<Kind | undefined> = new Set(["inputText", "inputEmail", "inputNumber"]);

/** What takes the whole width; everything else keeps one that reads well. */
const wide: ReadonlySet<Kind | undefined> = new Set(["displayTable", "selectTable", "displayGrid"]);

export function isWide({ kind }: IoComponent): boolean {
  return wide.has(kind.case);
}
