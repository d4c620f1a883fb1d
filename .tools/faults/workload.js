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

/** The steps of a run's program. */
function planOf(seed, number) {
  const random = new Random(seed, number, "plan");
  const length = random.between(3, 8);
  return Array.from({ length }, (_, index) => ({ kind: random.pick(kinds), index, ms: random.between(0, 120) }));
}

/**
 * One execution of a run's program.
 * @param note notes what it sees in the ledger
 * @param point is told of each place where a process may be killed
 */
export async function work({ io, ctx, execution, note, point }) {
  const { seed, number } = ctx.params;
  const seen = [];
  let lines = 0;
  const saw = async (value) => {
    note({ what: "saw", value });
    seen.push(value);
    await point(`saw ${value}`);
  };
  const judged = (text) => (text.includes(refusal) ? "This is refused." : undefined);
  const ask = (label, props) => io.input.text(label, props).validate(judged);
  const effect = (name, options) =>
    ctx.step(
      name,
      async ({ idempotencyKey }) => {
        note({ what: "effect", step: options?.key ?? name, key: idempotencyKey });
        await point(`effect ${options?.key ?? name}`);
        await pause(Math.floor(fraction(seed, number, name) * 30));
        return { done: name };
      },
      options,
    );

  const perform = {
    text: async ({ index }) => saw(await ask(`Text ${index}`)),
    // Looks different each time that the program is executed, and is asked anew.
    other: async ({ index }) => saw(await ask(`Text ${index}`, { helpText: `Asked by ${execution}` })),
    group: async ({ index }) => {
      const group = io.group({ text: ask(`Text ${index}`), count: io.input.number("Count", { min: 1, max: 3 }) });
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
  for (const step of planOf(seed, number)) {
    await perform[step.kind](step);
    await point(`after ${step.index}`);
  }
  // The end comes after every answer: nothing is over before somebody was asked.
  await saw(await ask("Last"));
  note({ what: "returned" });
  return { seen, lines };
}
