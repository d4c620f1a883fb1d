import type { Kind } from "@interval/proto";
import type { Component } from "vue";
import Confirm from "./Confirm.vue";
import DisplayHeading from "./DisplayHeading.vue";
import DisplayMarkdown from "./DisplayMarkdown.vue";
import DisplayObject from "./DisplayObject.vue";
import DisplayTable from "./DisplayTable.vue";
import InputBoolean from "./InputBoolean.vue";
import InputEmail from "./InputEmail.vue";
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
  inputFile: UnknownComponent,
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
  displayHtml: UnknownComponent,
  displayCode: UnknownComponent,
  displayObject: DisplayObject,
  displayImage: UnknownComponent,
  displayVideo: UnknownComponent,
  displayLink: UnknownComponent,
  displayMetadata: UnknownComponent,
  displayTable: DisplayTable,
  displayGrid: UnknownComponent,
  displayChart: UnknownComponent,
} satisfies Record<Kind, Component>;

/** Fields of one line, in which Enter may submit. */
export const singleLine: ReadonlySet<Kind | undefined> = new Set(["inputText", "inputEmail", "inputNumber"]);
