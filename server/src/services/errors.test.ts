import { Code, ConnectError } from "@connectrpc/connect";
import { pino } from "pino";
import { expect, test } from "vitest";
import { AnswerRefusedError, DeniedError, InvalidError, NotFoundError, UnavailableError } from "../domain/errors.ts";
import { toConnectError } from "./errors.ts";

const lines: string[] = [];
const logger = pino({}, { write: (line: string) => void lines.push(line) });
const told = (error: unknown) => {
  const { code, rawMessage } = toConnectError(error, logger, "RunService/GetRun");
  return [code, rawMessage];
};

test.each<[Error, Code]>([
  [new NotFoundError("There is no run."), Code.NotFound],
  [new DeniedError("There is no run."), Code.PermissionDenied],
  [new InvalidError("There is no run."), Code.InvalidArgument],
  [new UnavailableError("There is no run."), Code.Unavailable],
  [new ConnectError("There is no run.", Code.OutOfRange), Code.OutOfRange],
])("an error that was foreseen says what happened: %s", (error, code) => {
  expect(told(error)).toEqual([code, "There is no run."]);
});

test("a refused answer is told with all its faults", () => {
  const refused = toConnectError(new AnswerRefusedError([]), logger, "RunService/AnswerCall");
  expect([refused.code, refused.details.length]).toEqual([Code.InvalidArgument, 1]);
});

test.each<[string, unknown]>([
  ["an error", new Error("SELECT secret")],
  ["a text", "SELECT secret"],
  ["nothing", undefined],
])("what was not foreseen is answered too, and told to the log alone: %s", (_what, thrown) => {
  lines.length = 0;
  expect(told(thrown)).toEqual([Code.Internal, "Something went wrong on the server. Its log says what."]);
  expect(lines.join()).toContain("RunService/GetRun");
  if (thrown) expect(lines.join()).toContain("SELECT secret");
});
