import type { Kind } from "@interval/proto";
import { confirm } from "./confirm.ts";
import { displayChart } from "./display-chart.ts";
import { displayCode } from "./display-code.ts";
import { displayGrid } from "./display-grid.ts";
import { displayHeading } from "./display-heading.ts";
import { displayHtml } from "./display-html.ts";
import { displayImage } from "./display-image.ts";
import { displayLink } from "./display-link.ts";
import { displayMarkdown } from "./display-markdown.ts";
import { displayMetadata } from "./display-metadata.ts";
import { displayObject } from "./display-object.ts";
import { displayTable } from "./display-table.ts";
import { displayVideo } from "./display-video.ts";
import { inputBoolean } from "./input-boolean.ts";
import { inputDate } from "./input-date.ts";
import { inputDatetime } from "./input-datetime.ts";
import { inputEmail } from "./input-email.ts";
import { inputFile } from "./input-file.ts";
import { inputNumber } from "./input-number.ts";
import { inputRichText } from "./input-rich-text.ts";
import { inputSlider } from "./input-slider.ts";
import { inputSpreadsheet } from "./input-spreadsheet.ts";
import { inputText } from "./input-text.ts";
import { inputTime } from "./input-time.ts";
import { inputUrl } from "./input-url.ts";
import type { Built } from "./method.ts";
import type { PropReader } from "./props.ts";
import { search } from "./search.ts";
import { selectMultiple } from "./select-multiple.ts";
import { selectSingle } from "./select-single.ts";
import { selectTable } from "./select-table.ts";

/** Every method by the kind of component that it makes. A kind without one does not compile, nor does a method under the wrong kind. */
export const methods = {
  inputText,
  inputEmail,
  inputNumber,
  inputFile,
  inputSlider,
  inputUrl,
  inputBoolean,
  inputRichText,
  inputDate,
  inputTime,
  inputDatetime,
  inputSpreadsheet,
  selectSingle,
  selectMultiple,
  selectTable,
  search,
  confirm,
  displayHeading,
  displayMarkdown,
  displayHtml,
  displayCode,
  displayObject,
  displayImage,
  displayVideo,
  displayLink,
  displayMetadata,
  displayTable,
  displayGrid,
  displayChart,
} satisfies { [K in Exclude<Kind, ServerAnswered>]: (read: PropReader, props: never) => Built<K, unknown> };

/** What the server answers after a check of its own; it has no method yet. */
type ServerAnswered = "confirmIdentity" | "approval";
