import { create } from "@bufbuild/protobuf";
import { checkValue, IoComponentSchema, IoValueSchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { toGrammar } from "./rich-text.ts";

const component = create(IoComponentSchema, { optional: true, kind: { case: "inputRichText", value: {} } });

describe("formatted text is written within the grammar", () => {
  it.each([
    ["<p>Hello</p>", "<p>Hello</p>"],
    ['<p class="x" style="color:red" id="a">Hello</p>', "<p>Hello</p>"],
    ["<div><hr></div>", "<hr>"],
    [
      '<pre><code class="language-js">1 &lt; 2 &amp;&amp; 3</code></pre>',
      "<pre><code>1 &lt; 2 &amp;&amp; 3</code></pre>",
    ],
    ['<ol type="a" start="3"><li>x</li></ol>', '<ol start="3"><li>x</li></ol>'],
    ["<p>x<script>alert(1)</script><style>p{}</style></p>", "<p>x</p>"],
    ['<a href="javascript:alert(1)">x</a>', "<a>x</a>"],
    [
      '<a href="https://a.example/?a=1&amp;b=&quot;" rel="noopener">x</a>',
      '<a href="https://a.example/?a=1&amp;b=&quot;" rel="noopener">x</a>',
    ],
    ['<p>a<img src="http://a.example/x.png">b</p>', "<p>ab</p>"],
    [
      '<img src="https://a.example/x.png" alt="1 > 0" onerror="x()">',
      '<img src="https://a.example/x.png" alt="1 &gt; 0">',
    ],
    ["<p>a\u00a0b<br></p>", "<p>a&nbsp;b<br></p>"],
  ])("%s", (html, expected) => {
    const written = toGrammar(html);
    expect(written).toBe(expected);
    const value = create(IoValueSchema, { kind: { case: "inputRichText", value: { html: written } } });
    expect(checkValue(component, value)).toEqual([]);
  });
});
