import { Action, io } from "@interval/sdk";

/**
 * io.display.object(label, { data })
 *
 * Any value as a tree: Dates, Maps, Sets and bigints are told apart.
 */
export default new Action({
  name: "Object",
  description: "Any value as a tree.",
  handler: async () => {
    await io.display.object("Object", {
      data: {
        text: "Ada",
        big: 12_345_678_901_234_567_890n,
        zero: 0,
        no: false,
        nothing: null,
        missing: undefined,
        when: new Date(Date.UTC(2026, 1, 3, 12)),
        list: [1, [2, 3]],
        map: new Map([["key", { deep: true }]]),
        set: new Set(["a", "b"]),
      },
    });
  },
});
