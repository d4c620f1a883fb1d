import type { FieldError } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { IoAnswer, IoCall } from "../../ts/interval/io/v1/io_call_pb.ts";
import type { IoComponent, IoValue } from "../../ts/interval/io/v1/io_component_pb.ts";

/**
 * Checks one value against its component. Pure; used alike by browser, server and SDK.
 *
 * @param value the value; `undefined` when the component was left empty
 * @returns every fault, in the order in which the operator should mend them; none when the value may go on
 */
export declare function checkValue(component: IoComponent, value: IoValue | undefined): FieldError[];

/**
 * Checks a whole answer against its call: every component, unknown keys, and the choice. With a choice that skips validation
 * nothing but the choice is checked.
 */
export declare function checkAnswer(call: IoCall, answer: IoAnswer): FieldError[];
