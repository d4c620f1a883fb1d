export type { Access } from "./access.ts";
export { Action, type ActionDefinition, type ActionHandler } from "./action.ts";
export type { ErrorReport, IntervalConfig } from "./config.ts";
export {
  BadResponseError,
  CanceledError,
  ConnectionError,
  DivergenceError,
  HostMisuseError,
  IntervalError,
  RunClosedError,
  TimeoutError,
} from "./errors.ts";
export { Interval, Interval as default } from "./interval.ts";
export type { DateObject, DatetimeObject, TimeObject } from "./io/civil.ts";
export type { ChartKindName, ChartProps } from "./io/display-chart.ts";
export type { CodeProps } from "./io/display-code.ts";
export type { GridItemProps, GridProps } from "./io/display-grid.ts";
export type { HtmlProps } from "./io/display-html.ts";
export type { DisplayImageProps } from "./io/display-image.ts";
export type { DisplayLinkProps } from "./io/display-link.ts";
export type { MetadataItemProps, MetadataProps } from "./io/display-metadata.ts";
export type { VideoProps } from "./io/display-video.ts";
export type { EventualValue } from "./io/eventual.ts";
export type { FramedImageProps, ImageProps, SizeProps } from "./io/image.ts";
export type { DateValue } from "./io/input-date.ts";
export type { DatetimeValue } from "./io/input-datetime.ts";
export type { FileProps, PresignedUrls } from "./io/input-file.ts";
export type { TimeValue } from "./io/input-time.ts";
export type { GroupItems, GroupValue, Io as IO } from "./io/io.ts";
export type { IoFile } from "./io/io-file.ts";
export {
  DisplayPromise,
  ExclusivePromise,
  type GroupMember,
  GroupPromise,
  InputPromise,
  IoPromise,
} from "./io/io-promise.ts";
export type { LinkProps, MenuItem, Params } from "./io/link.ts";
export type { Option, OptionObject, OptionValue } from "./io/options.ts";
export type { ChoiceInput, GroupOptions, Validator } from "./io/spec.ts";
export type { Cell, CellObject } from "./io/table/cell.ts";
export type { Column, GetData, TableData, TableProps, TableState } from "./io/table/props.ts";
export { Layout, type LayoutDefinition } from "./layout.ts";
export { Page, type PageDefinition, type PageHandler, type Route, type Routes } from "./page.ts";
export type { PageCtx } from "./pages/page-context.ts";
export { ctx, io } from "./run/ambient.ts";
export type { ActionCtx, CtxUser, ParamValue, RedirectTarget, Trigger } from "./run/context.ts";
export type { LoadingControl, LoadingOptions } from "./run/loading.ts";
export type { ErrorOrigin } from "./run/report.ts";
export type { StepContext, StepOptions } from "./run/steps.ts";
