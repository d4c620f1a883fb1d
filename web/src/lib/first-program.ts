/** The languages that a first program can be written in. */
export type Language = "typescript" | "javascript";

/** What a first program consists of, and what is typed to install and run it. */
export interface FirstProgram {
  install: string;
  files: Array<{ name: string; text: string }>;
  run: string;
}

/**
 * The introduction's program for a server.
 *
 * @param key the key that stands in it; `<KEY>` for one that is put in by hand
 */
export function firstProgram(language: Language, server: string, key = "<KEY>"): FirstProgram {
  const config = `const interval = new Interval({
  endpoint: "${server}",
  apiKey: "${key}",
  routesDirectory: path.resolve(__dirname, "routes"),
});
interval.listen();
`;
  const action = `new Action(async () => {
  const name = await io.input.text("Your name");
  return \`Hello, \${name}\`;
});
`;
  if (language === "typescript") {
    return {
      install: `npm init -y\nnpm install ${server}/sdk.tgz tsx\n`,
      files: [
        { name: "index.ts", text: `import path from "path";\nimport { Interval } from "@interval/sdk";\n${config}` },
        { name: "routes/hello.ts", text: `import { Action, io } from "@interval/sdk";\nexport default ${action}` },
      ],
      run: "npx tsx index.ts\n",
    };
  }
  return {
    install: `npm init -y\nnpm install ${server}/sdk.tgz\n`,
    files: [
      {
        name: "index.js",
        text: `const path = require("path");\nconst { Interval } = require("@interval/sdk");\n${config}`,
      },
      {
        name: "routes/hello.js",
        text: `const { Action, io } = require("@interval/sdk");\nmodule.exports = ${action}`,
      },
    ],
    run: "node index.js\n",
  };
}
