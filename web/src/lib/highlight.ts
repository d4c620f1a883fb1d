import type { LanguageFn } from "highlight.js";
import hljs from "highlight.js/lib/core";
import "./highlight.css";

/** More than this is shown plain: colours are not worth a screen that stands still. */
const maxLength = 100_000;

/** The languages that are known, each with its other names. A grammar is loaded with the first text that needs it. */
const languages = {
  bash: { names: "sh shell zsh console shellsession", load: () => import("highlight.js/lib/languages/bash") },
  c: { names: "h", load: () => import("highlight.js/lib/languages/c") },
  clojure: { names: "clj edn", load: () => import("highlight.js/lib/languages/clojure") },
  cpp: { names: "c++ cc cxx hpp", load: () => import("highlight.js/lib/languages/cpp") },
  csharp: { names: "cs c#", load: () => import("highlight.js/lib/languages/csharp") },
  css: { names: "", load: () => import("highlight.js/lib/languages/css") },
  dart: { names: "", load: () => import("highlight.js/lib/languages/dart") },
  diff: { names: "patch", load: () => import("highlight.js/lib/languages/diff") },
  dockerfile: { names: "docker", load: () => import("highlight.js/lib/languages/dockerfile") },
  elixir: { names: "ex exs", load: () => import("highlight.js/lib/languages/elixir") },
  erlang: { names: "erl", load: () => import("highlight.js/lib/languages/erlang") },
  go: { names: "golang", load: () => import("highlight.js/lib/languages/go") },
  graphql: { names: "gql", load: () => import("highlight.js/lib/languages/graphql") },
  haskell: { names: "hs", load: () => import("highlight.js/lib/languages/haskell") },
  http: { names: "https", load: () => import("highlight.js/lib/languages/http") },
  ini: { names: "toml properties conf", load: () => import("highlight.js/lib/languages/ini") },
  java: { names: "", load: () => import("highlight.js/lib/languages/java") },
  javascript: { names: "js jsx mjs cjs node", load: () => import("highlight.js/lib/languages/javascript") },
  json: { names: "jsonc json5 jsonl", load: () => import("highlight.js/lib/languages/json") },
  kotlin: { names: "kt kts", load: () => import("highlight.js/lib/languages/kotlin") },
  lua: { names: "", load: () => import("highlight.js/lib/languages/lua") },
  makefile: { names: "make mk", load: () => import("highlight.js/lib/languages/makefile") },
  markdown: { names: "md mdx", load: () => import("highlight.js/lib/languages/markdown") },
  nginx: { names: "nginxconf", load: () => import("highlight.js/lib/languages/nginx") },
  perl: { names: "pl pm", load: () => import("highlight.js/lib/languages/perl") },
  php: { names: "", load: () => import("highlight.js/lib/languages/php") },
  powershell: { names: "ps1 pwsh", load: () => import("highlight.js/lib/languages/powershell") },
  protobuf: { names: "proto", load: () => import("highlight.js/lib/languages/protobuf") },
  python: { names: "py", load: () => import("highlight.js/lib/languages/python") },
  r: { names: "", load: () => import("highlight.js/lib/languages/r") },
  ruby: { names: "rb", load: () => import("highlight.js/lib/languages/ruby") },
  rust: { names: "rs", load: () => import("highlight.js/lib/languages/rust") },
  scala: { names: "sc", load: () => import("highlight.js/lib/languages/scala") },
  scss: { names: "sass", load: () => import("highlight.js/lib/languages/scss") },
  sql: { names: "mysql sqlite plsql postgres postgresql", load: () => import("highlight.js/lib/languages/sql") },
  swift: { names: "", load: () => import("highlight.js/lib/languages/swift") },
  typescript: { names: "ts tsx mts cts", load: () => import("highlight.js/lib/languages/typescript") },
  xml: { names: "html xhtml svg rss atom vue plist", load: () => import("highlight.js/lib/languages/xml") },
  yaml: { names: "yml", load: () => import("highlight.js/lib/languages/yaml") },
} satisfies Record<string, { names: string; load: () => Promise<{ default: LanguageFn }> }>;

type Language = keyof typeof languages;

const byName = new Map<string, Language>();
for (const [language, { names }] of entriesOf(languages)) {
  for (const name of [language, ...names.split(" ")]) byName.set(name, language);
}

/**
 * A program's text as HTML whose parts are marked by what they are; everything else in it is escaped.
 *
 * @param language a name or file extension in any case
 * @returns undefined where the language is not known, or the text is too long
 */
export async function highlight(code: string, language: string): Promise<string | undefined> {
  const known = byName.get(language.trim().toLowerCase());
  if (!known || code.length > maxLength) return undefined;
  if (!hljs.getLanguage(known)) hljs.registerLanguage(known, (await languages[known].load()).default);
  return hljs.highlight(code, { language: known, ignoreIllegals: true }).value;
}

function entriesOf<K extends string, V>(record: Record<K, V>): [K, V][] {
  return Object.entries(record) as [K, V][];
}
