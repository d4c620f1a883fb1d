import type { IoComponent, IoFetch, IoPage, IoState, IoValue } from "../ts/interval/io/v1/io_component_pb.ts";

type Case<Union> = Union extends { case: infer Name extends string } ? Name : never;
type Message<Union, Name> = Extract<Union, { case: Name }> extends { value: infer Value } ? Value : never;

/** The name of every component, as the schema's hub says it: `"inputText"`, `"displayTable"`, ... */
export type Kind = Case<IoComponent["kind"]>;

/** The components that take an answer. */
export type InputKind = Case<IoValue["kind"]>;

/** The components that only show something. */
export type DisplayKind = Exclude<Kind, InputKind>;

/** The components that ask their host for more while they are on screen. */
export type FetchKind = Case<IoFetch["kind"]>;

/** The props of a component, such as `InputText` for `"inputText"`. */
export type Props<K extends Kind> = Message<IoComponent["kind"], K>;

/** The answer to a component, such as `InputTextValue` for `"inputText"`; `never` for displays. */
export type ValueOf<K extends Kind> = Message<IoValue["kind"], K>;

/** What the operator looks at in a component beyond its value; `never` where there is nothing. */
export type StateOf<K extends Kind> = Message<IoState["kind"], K>;

/** What a component asks its host for; `never` where it asks for nothing. */
export type FetchOf<K extends Kind> = Message<IoFetch["kind"], K>;

/** What the host answers to a component's fetch. */
export type PageOf<K extends Kind> = Message<IoPage["kind"], K>;

/** A component whose kind is known. */
export type ComponentOf<K extends Kind> = IoComponent & { kind: { case: K; value: Props<K> } };

/** An answer whose kind is known. */
export type AnswerOf<K extends InputKind> = IoValue & { kind: { case: K; value: ValueOf<K> } };

/** Whether a component is of a kind. */
export function isComponentOf<K extends Kind>(component: IoComponent, kind: K): component is ComponentOf<K> {
  return component.kind.case === kind;
}

/** Whether a value answers components of a kind. */
export function isAnswerOf<K extends InputKind>(value: IoValue, kind: K): value is AnswerOf<K> {
  return value.kind.case === kind;
}
