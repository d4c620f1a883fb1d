// What tests that run the golden cases of the protocol share: the cases, and how a program asks for their components.
import { create } from "@bufbuild/protobuf";
import { type IoComponent, IoFetchSchema, isInputKind } from "@interval/proto";
import type { Composed } from "./compose.ts";
import { allGoldenCases, propsOf } from "./golden-props.test-util.ts";
import { methods } from "./methods.ts";
import type { Spec } from "./spec.ts";

/** Of these the host knows more than the component says, so what is good there may still be refused. */
export const hostDecides: ReadonlySet<string | undefined> = new Set(["selectTable", "search"]);

const inputFileFetch = create(IoFetchSchema, { kind: { case: "inputFile", value: { name: "a" } } });

/** Asks for a component as a program would. */
export function specOf(component: IoComponent): Spec {
  const { kind, label, disabled, optional, multiple } = component;
  if (kind.case === undefined || !Object.hasOwn(methods, kind.case)) throw new Error("There is no such method.");
  const build: unknown = Reflect.get(methods, kind.case);
  const props = { ...propsOf(component), key: component.key, disabled };
  return {
    method: kind.case,
    body: {
      type: "component",
      kind: kind.case,
      label,
      props,
      build: (read) => Reflect.apply(build as () => never, undefined, [read, props]),
    },
    optional,
    ...(multiple && { multiple: {} }),
    validators: [],
    alone: false,
  };
}

/** A file's address is known to the program that has given it. */
export async function promiseFiles({ fields }: Composed): Promise<void> {
  for (const { built } of fields) {
    if (built.kind.case === "inputFile") await built.serve?.(inputFileFetch, AbortSignal.timeout(1000));
  }
}

/** The cases of components that are asked for. */
export const goldenCases = allGoldenCases.filter(({ component: { kind } }) => {
  return kind.case !== undefined && isInputKind(kind.case) && Object.hasOwn(methods, kind.case);
});
