// What the actions do: a program that the seed and the run's number make up, with everything in it that a fault could break.
import { setTimeout as pause } from "node:timers/promises";
import { fraction, Random } from "./seeded.js";

/** An answer that holds this is refused by the validators. */
export const refusal = "refuse me";

const kinds = {
  text: 3,
  other: 2,
  group: 3,
  pending: 2,
  loop: 2,
  step: 4,
  steps: 1,
  log: 2,
  loading: 1,
  display: 1,
  pause: 2,
};

/** What the program that is edited between deploys consists of: one thing after the other, of which each is recorded or shown. */
const kindsInOrder = { text: 4, step: 3, log: 2, loading: 1, display: 1, pause: 2 };

/** The steps of a run's program. */
function planOf(seed, number, from = kinds) {
  const random = new Random(seed, number, "plan");
  const length = random.between(3, 8);
  return Array.from({ length }, (_, index) => ({ kind: random.pick(from), index, ms: random.between(0, 120) }));
}

/** Before which step of its plan the edited program has something more in its odd versions. */
export function editedAt(seed, number) {
  const plan = planOf(seed, number, kindsInOrder);
  return Math.floor(fraction(seed, number, "edited at") * (plan.length + 1));
}

/** The key of what the odd versions of the edited program have more: a call or a step. */
export const addedKey = "added";

/** The key of what the edited program shows first of all, once in each execution: it says the version. */
export const versionKey = "version of ";

/**
 * One execution of a run's program.
 * @param program its name: "reworded" has other labels in each version, "edited" has something more in its odd ones
 * @param version rises with each deploy
 * @param note notes what it sees in the ledger
 * @param point is told of each place where a process may be killed
 */
export async function work({ io, ctx, program, version, execution, note, point }) {
  const { seed, number } = ctx.params;
  const isReworded = program === "reworded";
  const isEdited = program === "edited";
  const seen = [];
  let lines = 0;
  const saw = async (value) => {
    note({ what: "saw", value });
    seen.push(value);
    await point(`saw ${value}`);
  };
  const judged = (text) => (text.includes(refusal) ? "This is refused." : undefined);
  /** A label as this version words it; what has several of one label has them numbered. */
  const asked = new Map();
  const worded = (label) => {
    if (!isReworded) return [label, {}];
    const count = (asked.get(label) ?? 0) + 1;
    asked.set(label, count);
    return [`${label}, in version ${version}`, { key: `${label}#${count}` }];
  };
  const ask = (label, props) => {
    const [words, key] = worded(label);
    return io.input.text(words, { ...props, ...key }).validate(judged);
  };
  const effect = (name, options) =>
    ctx.step(
      isReworded ? `${name}, in version ${version}` : name,
      async ({ idempotencyKey }) => {
        note({ what: "effect", step: options?.key ?? name, key: idempotencyKey });
        await point(`effect ${options?.key ?? name}`);
        await pause(Math.floor(fraction(seed, number, name) * 30));
        return { done: name };
      },
      isReworded ? { key: options?.key ?? name } : options,
    );

  const perform = {
    text: async ({ index }) => saw(await ask(`Text ${index}`)),
    // Looks different each time that the program is executed, and is asked anew.
    other: async ({ index }) => saw(await ask(`Text ${index}`, { helpText: `Asked by ${execution}` })),
    group: async ({ index }) => {
      const members = { text: ask(`Text ${index}`), count: io.input.number("Count", { min: 1, max: 3 }) };
      const group = isReworded ? io.group(members, { key: `group ${index}` }) : io.group(members);
      const { text, count } = await group;
      await saw(text);
      if (count > 1) await effect(`for ${count} of ${index}`);
    },
    pending: async ({ index }) => {
      const asked = ["a", "b", "c"].map((each) => ask(`Text ${index}${each}`).then(saw));
      await Promise.all(asked);
    },
    // As often as the operator says, under one label.
    loop: async ({ index }) => {
      const { text, count } = await io.group(
        { text: ask("Why"), count: io.input.number("How often", { min: 1, max: 3 }) },
        { key: `loop ${index}` },
      );
      await saw(text);
      for (let i = 0; i < count; i++) await saw(await ask("Again"));
    },
    step: ({ index }) => effect(`step ${index}`),
    steps: ({ index }) => Promise.all(["x", "y"].map((each) => effect("both", { key: `both ${index}${each}` }))),
    log: async ({ index }) => {
      lines++;
      await ctx.log(`line ${index} of ${number}`);
    },
    loading: async ({ index, ms }) => {
      await ctx.loading.start({ label: `Loading ${index}`, itemsInQueue: 3 });
      for (let i = 0; i < 3; i++) {
        await pause(ms / 4);
        await ctx.loading.completeOne();
      }
    },
    display: ({ index, ms }) => {
      const value = () => pause(ms, `there ${index}`);
      return io.display.metadata(`Facts ${index}`, { data: [{ label: "Eventual", value }] });
    },
    pause: ({ ms }) => pause(ms),
  };

  note({ what: "began" });
  if (isReworded || isEdited) {
    await io.display.heading(`Version ${version}`, { key: `${versionKey}${execution}` });
  }
  const plan = planOf(seed, number, isEdited ? kindsInOrder : kinds);
  const add = async () => {
    if (!isEdited || version % 2 === 0) return;
    if (number % 2 === 0) await effect("Added", { key: addedKey });
    else await saw(await ask("Added", { key: addedKey }));
  };
  for (const step of plan) {
    if (step.index === editedAt(seed, number)) await add();
    await perform[step.kind](step);
    await point(`after ${step.index}`);
  }
  if (plan.length === editedAt(seed, number)) await add();
  // The end comes after every answer: nothing is over before somebody was asked.
  await saw(await ask("Last"));
  note({ what: "returned" });
  return { seen, lines };
}
