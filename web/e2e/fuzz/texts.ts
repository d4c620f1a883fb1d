import type { Random } from "./random.ts";

const odd = [
  "",
  " ",
  "a",
  "0",
  "-1",
  "NaN",
  "true",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "../../etc/passwd",
  "..",
  ".",
  "a/b/c",
  "a\0b",
  "\ufeff\u202e\u200f",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "İıßﬁ",
  "=1+1",
  "javascript:alert(1)",
  "data:text/html,<script>1</script>",
  "http://127.0.0.1:1/",
  "https://example.com/?https",
  "<img src=x onerror=alert(1)>",
  "' OR 1=1 --",
  "%00%2e%2e%2f",
  "{{constructor.constructor('return 1')()}}",
  "2024-02-30",
  "1e999",
  "n:1",
  "s:1",
  "\r\nSet-Cookie: a=b",
] as const;

/** What makes a careless pattern go back over what it has read: a long run of one thing, and an end that does not fit. */
const pumped = [
  " ",
  "a",
  "0",
  "/",
  ".",
  "-",
  "\t",
  ",",
  ";",
  "(",
  "<",
  "[",
  "*",
  "_",
  "\\",
  '"',
  "a@",
  "a.",
  "%",
] as const;

/** A text that programs tend to stumble over. */
export function oddText(random: Random): string {
  return random.weighted<() => string>([
    [60, () => random.of(odd)],
    [20, () => `x${random.next()}`],
    [6, () => `a${random.of(pumped).repeat(random.between(100, 5000))}!`],
    [2, () => `a${random.of(pumped).repeat(random.between(20_000, 60_000))}!`],
    [0.3, () => random.of(["x", "\u00e9", "\u{1f600}", "\0"]).repeat(random.between(100_000, 1_200_000))],
  ])();
}
