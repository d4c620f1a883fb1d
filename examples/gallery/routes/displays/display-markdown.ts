import { Action, io } from "@interval/sdk";

const text = `
## Markdown

Some **bold**, *slanted* and \`fixed\` text, and a [link](https://example.com).

| Column | Number |
| --- | ---: |
| One | 1 |
| Two | 2 |

- [x] Done
- [ ] To do
`;

/**
 * io.display.markdown(text)
 *
 * GitHub-flavoured markdown: tables, tasks, code.
 */
export default new Action({
  name: "Markdown",
  description: "GitHub-flavoured.",
  handler: async () => {
    await io.display.markdown(text);
  },
});
