import type { IoCall } from "../../ts/interval/io/v1/io_call_pb.ts";
import type { IoComponent, IoValue } from "../../ts/interval/io/v1/io_component_pb.ts";
import { CallStatus, type RunState } from "../../ts/interval/run/v1/run_state_pb.ts";
import { checkValue } from "../checks/check.ts";
import { isServerAnswered } from "../reflect.ts";

/** What cannot be answered ahead: files belong to their run, found items to their search, and buttons are pressed. */
const notAhead = new Set<IoValue["kind"]["case"]>(["inputFile", "search", "confirm"]);

/**
 * What a call of a run that was started again begins with, by component key: what the same call was answered in the run before, as far as it asks
 * for the same kind of value, and takes it. The operator still submits it.
 *
 * @param call as whole as it is: components whose kind is stored are left out
 */
export function answersBefore(call: IoCall, before: RunState): Record<string, IoValue> {
  const known = before.calls.find(
    ({ call: asked, status }) => asked?.key === call.key && status === CallStatus.ACCEPTED,
  );
  const values = Object.entries(known?.answer?.values ?? {}).filter(([key, value]) => {
    const component = call.components.find((each) => each.key === key);
    const recorded = known?.call?.components.find((each) => each.key === key);
    return component !== undefined && isSameKind(component, recorded, value) && takes(component, value);
  });
  return Object.fromEntries(values);
}

function isSameKind({ kind }: IoComponent, recorded: IoComponent | undefined, value: IoValue): boolean {
  if (kind.case === undefined || kind.case !== value.kind.case) return false;
  return recorded?.kind.case === undefined || recorded.kind.case === kind.case;
}

function takes(component: IoComponent, value: IoValue): boolean {
  const { kind } = component;
  if (kind.case === undefined || component.disabled || isServerAnswered(kind.case)) return false;
  if (notAhead.has(value.kind.case) || checkValue(component, value).length > 0) return false;
  if (kind.case !== "selectTable" || value.kind.case !== "selectTable") return true;
  // Rows are known by what is on screen alone.
  const shown = new Set(kind.value.table?.firstPage?.rows.map(({ key }) => key));
  return !value.kind.value.allOf && value.kind.value.rowKeys.every((key) => shown.has(key));
}
