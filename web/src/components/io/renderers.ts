import type { IoComponent, Kind } from "@interval/proto";
import { type Component, defineAsyncComponent } from "vue";
import Confirm from "./Confirm.vue";
import DisplayHeading from "./DisplayHeading.vue";
import DisplayHtml from "./DisplayHtml.vue";
import DisplayLink from "./DisplayLink.vue";
import DisplayMarkdown from "./DisplayMarkdown.vue";
import DisplayObject from "./DisplayObject.vue";
import InputBoolean from "./InputBoolean.vue";
import InputEmail from "./InputEmail.vue";
import InputNumber from "./InputNumber.vue";
import InputText from "./InputText.vue";
import InputUrl from "./InputUrl.vue";
import UnknownComponent from "./UnknownComponent.vue";

/** What is loaded with the first call that needs it. */
const loaders = {
  displayChart: () => import("./DisplayChart.vue"),
  displayCode: () => import("./DisplayCode.vue"),
  displayGrid: () => import("./DisplayGrid.vue"),
  displayImage: () => import("./DisplayImage.vue"),
  displayMetadata: () => import("./DisplayMetadata.vue"),
  displayTable: () => import("./DisplayTable.vue"),
  displayVideo: () => import("./DisplayVideo.vue"),
  inputDate: () => import("./InputDate.vue"),
  inputDatetime: () => import("./InputDatetime.vue"),
  inputFile: () => import("./InputFile.vue"),
  inputRichText: () => import("./InputRichText.vue"),
  inputSlider: () => import("./InputSlider.vue"),
  inputSpreadsheet: () => import("./InputSpreadsheet.vue"),
  inputTime: () => import("./InputTime.vue"),
  search: () => import("./Search.vue"),
  selectMultiple: () => import("./SelectMultiple.vue"),
  selectSingle: () => import("./SelectSingle.vue"),
  selectTable: () => import("./SelectTable.vue"),
} satisfies { [K in Kind]?: () => Promise<{ default: Component }> };

type LateKind = keyof typeof loaders;
const loaded = new Map<LateKind, Component>();

async function load(kind: LateKind): Promise<Component> {
  const { default: component } = await loaders[kind]();
  loaded.set(kind, component);
  return component;
}

/** Resolves once the components of these kinds are there; undefined where all of them are. */
export function renderersLoaded(components: readonly IoComponent[]): Promise<unknown> | undefined {
  const kinds = components.flatMap(({ kind }) => (isLate(kind.case) && !loaded.has(kind.case) ? [kind.case] : []));
  return kinds.length > 0 ? Promise.all(kinds.map(load)) : undefined;
}

/** Loads all kinds, for who draws them without a pause. */
export async function loadRenderers(): Promise<void> {
  await Promise.all(Object.keys(loaders).map((kind) => isLate(kind) && load(kind)));
}

function isLate(kind: string | undefined): kind is LateKind {
  return kind !== undefined && Object.hasOwn(loaders, kind);
}

const late = Object.fromEntries(
  Object.keys(loaders).flatMap((kind) => (isLate(kind) ? [[kind, defineAsyncComponent(() => load(kind))]] : [])),
) as Record<LateKind, Component>;

/** How each kind is drawn that is there from the beginning. */
const renderers = {
  inputText: InputText,
  inputEmail: InputEmail,
  inputNumber: InputNumber,
  inputUrl: InputUrl,
  inputBoolean: InputBoolean,
  confirm: Confirm,
  confirmIdentity: UnknownComponent,
  approval: UnknownComponent,
  displayHeading: DisplayHeading,
  displayMarkdown: DisplayMarkdown,
  displayHtml: DisplayHtml,
  displayObject: DisplayObject,
  displayLink: DisplayLink,
} satisfies Record<Exclude<Kind, LateKind>, Component>;

/**
 * How a kind is drawn. A kind that the schema gains does not compile until it stands above. What is drawn before it was loaded stays what it is
 * afterwards: ask once for each component on screen.
 */
export function rendererOf(kind: Kind): Component {
  return isLate(kind) ? (loaded.get(kind) ?? late[kind]) : renderers[kind];
}

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
