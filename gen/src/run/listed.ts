import { create, toBinary } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "../../ts/interval/io/v1/value_pb.ts";
import { LineLoggedSchema, type RunEvent } from "../../ts/interval/run/v1/run_event_pb.ts";
import type { Run } from "../../ts/interval/run/v1/run_pb.ts";
import { limits } from "../limits.ts";

/** A run as lists show it: without its parameters, which may be megabytes. */
export function listedRun(run: Run): Run {
  return { ...run, params: {}, actionName: run.actionName.slice(0, limits.listedName) };
}

/** What was made of lines: every viewer of a run is sent the same. */
const heads = new WeakMap<RunEvent, RunEvent>();

/** A log line as lists show it: the beginning of a large one, with the size of the whole. Everything else is returned as it is. */
export function lineHead(event: RunEvent): RunEvent {
  if (event.kind.case !== "logged") return event;
  let head = heads.get(event);
  if (!head) {
    head = event;
    const line = event.kind.value;
    const bytes = toBinary(LineLoggedSchema, line).length;
    if (bytes > limits.logLineBytes) {
      const values = beginningOf(line.values, valueBeginning, { bytes: limits.logLineBytes });
      head = { ...event, kind: { case: "logged", value: { ...line, values, wholeBytes: BigInt(bytes) } } };
    }
    heads.set(event, head);
  }
  return head;
}

/** How many bytes may still be taken. */
interface Room {
  bytes: number;
}

/** What is taken for a value or field beside its text. */
const overheadBytes = 8;

function beginningOf<T>(items: readonly T[], beginning: (item: T, room: Room) => T, room: Room): T[] {
  const taken: T[] = [];
  for (const item of items) {
    room.bytes -= overheadBytes;
    if (room.bytes <= 0) break;
    taken.push(beginning(item, room));
  }
  return taken;
}

function valueBeginning(value: Value, room: Room): Value {
  const { kind } = value;
  switch (kind.case) {
    case "stringValue":
    case "decimalValue":
      return create(ValueSchema, { kind: { case: kind.case, value: textBeginning(kind.value, room) } });
    case "bytesValue": {
      const taken = kind.value.subarray(0, Math.max(0, room.bytes));
      room.bytes -= taken.length;
      return create(ValueSchema, { kind: { case: kind.case, value: taken } });
    }
    case "listValue":
    case "setValue": {
      const items = beginningOf(kind.value.items, valueBeginning, room);
      return create(ValueSchema, { kind: { case: kind.case, value: { items } } });
    }
    case "recordValue": {
      const fields = beginningOf(
        kind.value.fields,
        (field) => ({
          ...field,
          name: textBeginning(field.name, room),
          value: field.value && valueBeginning(field.value, room),
        }),
        room,
      );
      return create(ValueSchema, { kind: { case: kind.case, value: { fields } } });
    }
    case "mapValue": {
      const entries = beginningOf(
        kind.value.entries,
        (entry) => ({
          ...entry,
          key: entry.key && valueBeginning(entry.key, room),
          value: entry.value && valueBeginning(entry.value, room),
        }),
        room,
      );
      return create(ValueSchema, { kind: { case: kind.case, value: { entries } } });
    }
    default: // small, whatever it is
      return value.$unknown === undefined ? value : create(ValueSchema);
  }
}

/** As many whole characters as there is room for. */
function textBeginning(text: string, room: Room): string {
  const { read, written } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, room.bytes)));
  room.bytes -= written;
  return read === text.length ? text : text.slice(0, read);
}
