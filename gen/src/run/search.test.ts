import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { RunEventSchema } from "../../ts/interval/run/v1/run_event_pb.ts";
import { searchText } from "./search.ts";

it("finds a run by what was answered, not by the zone in which a day and a time were", () => {
  const date = { year: 2026, month: 6, day: 15 };
  const timeZone = "Europe/Berlin";
  const event = create(RunEventSchema, {
    kind: {
      case: "submitted",
      value: {
        answer: {
          values: {
            name: { kind: { case: "inputText", value: { text: "Ada" } } },
            day: { kind: { case: "inputDate", value: { date, timeZone } } },
            clock: { kind: { case: "inputTime", value: { time: { hour: 9 }, timeZone } } },
            moment: { kind: { case: "inputDatetime", value: { datetime: { date, time: { hour: 9 } }, timeZone } } },
          },
        },
      },
    },
  });
  expect(searchText([event])).toBe("ada");
});
