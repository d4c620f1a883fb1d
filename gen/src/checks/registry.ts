import type { IoComponent } from "../../ts/interval/io/v1/io_component_pb.ts";
import type { InputKind, Props, ValueOf } from "../kinds.ts";
import { checkInputDate, checkInputDatetime, checkInputTime } from "./civil.ts";
import type { Fault } from "./faults.ts";
import { checkInputFile } from "./input-file.ts";
import { checkInputNumber, checkInputSlider } from "./input-number.ts";
import { checkInputRichText } from "./input-rich-text.ts";
import { checkInputSpreadsheet } from "./input-spreadsheet.ts";
import { checkInputEmail, checkInputText, checkInputUrl } from "./input-text.ts";
import { checkSearch, checkSelectMultiple, checkSelectSingle, checkSelectTable } from "./select.ts";

/** Says what is wrong with the value of one kind of component. */
export type Check<K extends InputKind> = (props: Props<K>, value: ValueOf<K>, component: IoComponent) => Fault[];

const anything = (): Fault[] => [];

/** The check of every kind that takes an answer; a kind that is missing does not compile. */
export const checks: { readonly [K in InputKind]: Check<K> } = {
  inputText: checkInputText,
  inputEmail: checkInputEmail,
  inputNumber: checkInputNumber,
  inputSlider: checkInputSlider,
  inputUrl: checkInputUrl,
  inputBoolean: anything,
  inputRichText: checkInputRichText,
  inputDate: checkInputDate,
  inputTime: checkInputTime,
  inputDatetime: checkInputDatetime,
  inputFile: checkInputFile,
  inputSpreadsheet: checkInputSpreadsheet,
  selectSingle: checkSelectSingle,
  selectMultiple: checkSelectMultiple,
  selectTable: checkSelectTable,
  search: checkSearch,
  confirm: anything,
  confirmIdentity: anything, // answered by the server
  approval: anything, // answered by the server
};
