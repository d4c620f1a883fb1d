// A scripted client that sends what no dashboard would, to a real server and a real host: each reply gets a field error or an error code, the
// action never sees it, and takes the right answer afterwards. What is sent follows from the schema and the golden cases: a new component is
// attacked as soon as it has its cases.
import {
  clone,
  create,
  equals,
  fromJson,
  type JsonObject,
  type MessageInitShape,
  toBinary,
  toJson,
  toJsonString,
} from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  AnswerCallRequestSchema,
  checkValue,
  type IoAnswerSchema,
  type IoComponent,
  IoComponentSchema,
  type IoValue,
  IoValueSchema,
  isServerAnswered,
  type RunState,
  RunStatus,
} from "@interval/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allGoldenCases } from "../../sdk/src/io/golden-props.test-util.ts";
import { Target, type Values } from "./hostile/attacker.ts";
import { type Mutant, mutantsOf, withHalfPair, withIllFormedText } from "./hostile/mutants.ts";
import { Scene } from "./hostile/scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start();
});
afterAll(() => scene?.[Symbol.asyncDispose]());

/** Every kind that takes an answer from the operator, as the schema's hub says it. */
const kinds = IoComponentSchema.fields.flatMap(({ oneof, localName }) => {
  const value = IoValueSchema.fields.find((field) => oneof && field.localName === localName);
  const name = IoValueSchema.oneofs[0]?.fields.find((field) => field === value)?.localName as IoValue["kind"]["case"];
  return name && !isServerAnswered(name) ? [name] : [];
});
type Case = ReturnType<typeof casesOf>[number];

/** The golden cases of a kind; an undefined value is a component that was left empty. */
function casesOf(kind: string) {
  const read = <T extends { value: JsonObject | null }>(each: T) => ({
    ...each,
    value: each.value ? fromJson(IoValueSchema, each.value) : undefined,
  });
  return allGoldenCases
    .filter(({ component }) => component.kind.case === kind)
    .map(({ component, good, bad }) => ({ component, good: good.map(read), bad: bad.map(read) }));
}

/** A value of each kind, such as a program of another kind would get. */
const samples = kinds.map((kind) => {
  const sample = casesOf(kind)
    .flatMap(({ good }) => good)
    .find(({ value }) => value?.kind.case === kind);
  return { kind, value: sample?.value ?? create(IoValueSchema) };
});

function resultOf(state: RunState): { value?: unknown; seen: unknown[] } {
  const outcome = state.finished?.outcome;
  const result = outcome?.case === "success" ? outcome.value.result?.kind : undefined;
  if (result?.case !== "stringValue") throw new Error(`The run did not end well: ${JSON.stringify(outcome?.value)}`);
  return JSON.parse(result.value);
}

/** Starts the action that asks for a component. */
const ask = (component: IoComponent) =>
  scene.client.start("component", { component: toJsonString(IoComponentSchema, component) });

const answerWith = (value: IoValue | undefined): MessageInitShape<typeof IoAnswerSchema> => ({
  values: value ? { field: value } : {},
});

/** A case under a name, as the messages of tests show it. */
const named = (kind: string) =>
  casesOf(kind).map((golden) => ({ ...golden, name: JSON.stringify(toJson(IoComponentSchema, golden.component)) }));

describe.each(kinds)("%s", (kind) => {
  it("has cases that are bad", () => {
    expect(casesOf(kind).flatMap(({ bad }) => bad).length, `bad cases in proto/testdata for ${kind}`).toBeGreaterThan(
      0,
    );
  });

  it.each(named(kind))("$name", async (golden) => {
    const { component, bad } = golden;
    const { right, received } = await receivedInPeace(golden);
    const target = new Target(await ask(component));
    scene.attacker.faults.length = 0;
    const uploads = new Map<string, string>();
    const uploaded = (value: IoValue | undefined) => value && withUploads(target, value, uploads);
    const mutants = await attack(target, golden, await uploaded(right));
    for (const { note, value } of bad) {
      const given = await uploaded(value);
      await scene.attacker.answer(target, `${kind}: ${note}`, given ? { field: given } : {}, ["field"]);
    }
    expect(scene.attacker.faults).toEqual([]);
    if (received) {
      const done = await scene.client.answer(target.state, answerWith(await uploaded(right)));
      expect(resultOf(done)).toEqual(received);
    } else expect(casesOf(kind).length).toBeGreaterThan(1); // its host knows none of the items
    for (const { note, value } of mutants) await arrivesOrNot(component, `${kind}: ${note}`, value);
    expect(scene.attacker.faults).toEqual([]);
  });
});

/** What the program receives when nobody attacks it. Its host knows more than the case does, so not all that is good is right. */
async function receivedInPeace({ component, good }: Case) {
  const asked = new Target(await ask(component));
  for (const { value } of good.toSorted((a, b) => Number(!a.value) - Number(!b.value))) {
    const given = value && (await withUploads(asked, value, new Map()));
    asked.state = await scene.client.answer(asked.state, answerWith(given));
    if (asked.state.run?.status !== RunStatus.SUCCEEDED) continue;
    const received = resultOf(asked.state);
    expect(received.seen.length).toBeLessThanOrEqual(1);
    return { right: value, received };
  }
  return {};
}

/** What is odd and allowed either arrives, or is refused by the host or for its size by the server; nothing else happens. */
async function arrivesOrNot(component: IoComponent, note: string, value: IoValue): Promise<void> {
  const target = new Target(await ask(component));
  const reply = target.heard(
    await scene.attacker.send(target.request({ answer: answerWith(value), wait: { seconds: 20n } })),
  );
  if (reply.errors.length > 0) await scene.attacker.answer(target, note, { field: value }, ["field"]);
  else if (reply.code !== "") expect([reply.code, reply.message], note).toEqual(["invalid_argument", tooLong]);
  else expect(resultOf(target.state).seen.length, note).toBeLessThanOrEqual(1);
}

/** What the server says of an id that is too long for one. */
const tooLong = expect.stringMatching(/ has \d+ characters; at most \d+ are possible\.$/);

/** The value with files that were uploaded for it in the place of those that it names. */
async function withUploads(target: Target, value: IoValue, uploads: Map<string, string>): Promise<IoValue> {
  const given = clone(IoValueSchema, value);
  if (given.kind.case !== "inputFile") return given;
  for (const file of given.kind.value.files) {
    const { assetId = "", name, mediaType, size } = file;
    if (!assetId || size > 1024n) continue;
    const known = `${assetId} ${name} ${size}`;
    const id =
      uploads.get(known) ?? (await scene.client.upload(target.state, name, mediaType, new Uint8Array(Number(size))));
    uploads.set(known, id);
    file.assetId = id;
  }
  return given;
}

/** Sends what follows from the schema, and returns what is odd and yet allowed. */
async function attack(target: Target, { component }: Case, right: IoValue | undefined): Promise<Mutant[]> {
  const kind = component.kind.case ?? "";
  const bad = (note: string, values: Values, keys = ["field"]) =>
    scene.attacker.answer(target, `${kind}: ${note}`, values, keys);
  const rightValues: Values = right ? { field: right } : {};
  for (const sample of samples) {
    if (sample.kind === kind) continue;
    await bad(`a value of ${sample.kind}`, { field: sample.value });
    await bad(`an empty value of ${sample.kind}`, { field: empty(sample.kind) });
  }
  await bad("a value without a kind", { field: {} });
  await bad("a value of a kind that is yet to be", { field: ofFuture() });
  for (const key of ["other", "", "__proto__", "constructor", "toString", "field/0", "fiel\0d", "FIELD"]) {
    const values = Object.fromEntries([...Object.entries(rightValues), [key, samples[0]?.value ?? {}]]);
    await bad(`a value more, under ${JSON.stringify(key)}`, values, ["field", key]);
  }
  for (const choice of ["Continue", "", "Save", "__proto__"]) {
    await scene.attacker.answer(
      target,
      `${kind}: the choice ${JSON.stringify(choice)}`,
      rightValues,
      ["", "field"],
      choice,
    );
  }
  const allowed: Mutant[] = [];
  for (const mutant of right ? mutantsOf(right) : []) {
    const note = `${kind}: ${mutant.note}`;
    const request = create(AnswerCallRequestSchema, target.request({ answer: answerWith(mutant.value) }));
    if (note.endsWith("of five megabytes")) {
      await scene.attacker.refused(note, request, ["resource_exhausted"]);
    } else if (note.endsWith("that is no Unicode")) {
      const bytes = withIllFormedText(toBinary(AnswerCallRequestSchema, request));
      await scene.attacker.bytes(note, bytes, ["invalid_argument"]);
      const json = withHalfPair(toJsonString(AnswerCallRequestSchema, request));
      await scene.attacker.bytes(`${note}, as JSON`, json, ["invalid_argument"], { contentType: "application/json" });
    } else if (checkValue(component, mutant.value).length > 0) {
      await bad(mutant.note, { field: mutant.value });
    } else if (!isSame(right, mutant.value)) allowed.push(mutant);
  }
  return allowed;
}

const isSame = (a: IoValue | undefined, b: IoValue) => a !== undefined && equals(IoValueSchema, a, b);

const empty = (kind: string): IoValue => {
  const value = create(IoValueSchema);
  const field = IoValueSchema.fields.find(({ localName }) => localName === kind);
  if (field?.message) value.kind = { case: kind, value: create(field.message) } as IoValue["kind"];
  return value;
};

/** A value of which the kind has a number that nobody knows. */
function ofFuture(): IoValue {
  const value = create(IoValueSchema);
  value.$unknown = [
    { no: 59, wireType: WireType.LengthDelimited, data: new BinaryWriter().bytes(new Uint8Array([8, 1])).finish() },
  ];
  return value;
}

it("so much was tried", () => {
  console.log(`${scene.attacker.count} distinct bad replies`);
  expect(scene.attacker.count).toBeGreaterThan(2000);
  scene.isUnharmed();
});
