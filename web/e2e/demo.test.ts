import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Operator, startBrowser } from "./harness/browser.ts";
import { root } from "./harness/paths.ts";
import { output, TestProcess } from "./harness/process.ts";

let url: string;
const started = new AsyncDisposableStack();

beforeAll(async () => {
  const build = `import { buildDemo } from ${JSON.stringify(join(root, ".tools/lib.js"))}; await buildDemo();`;
  await output(process.execPath, ["--input-type=module", "--eval", build]);
  const serve = [join(root, ".tools/demo/serve.js"), join(root, "web/dist-demo")];
  const server = started.use(new TestProcess(process.execPath, serve, { env: { ...process.env, PORT: "0" } }));
  [url = ""] = await server.printed(/http:\/\/localhost:\d+/);
});
afterAll(() => started.disposeAsync());

it("the whole dashboard runs from static files", async () => {
  const browser = started.adopt(await startBrowser(), (opened) => opened.close());
  await using operator = await Operator.open(browser, url);
  const { page } = operator;
  const link = (name: string) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();

  await page.goto(url);
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.getByText("Refund a customer").first().click();
  await page.waitForURL(/\/runs\//);
  await page.getByRole("heading", { name: "Refund a customer", level: 1 }).waitFor();

  await page.goto(`${url}/main/development/actions/users`);
  await page.getByRole("heading", { name: "Users (1,284)" }).waitFor();
  await page.getByText("did not answer within 5 s").waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("11 – 20 of 145").waitFor();

  await page.goto(`${url}/main/development/actions/payout`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("link", { name: "Transcript" }).click();
  await page.getByRole("heading", { name: "Pay out", level: 1 }).waitFor();
  await link("History");
  await page.getByRole("heading", { name: "History" }).waitFor();
  await page
    .getByRole("link", { name: /Pay out/ })
    .first()
    .waitFor();

  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Account" }).click();
  await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
  await page.getByLabel("Language", { exact: true }).fill("Deu");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Konto" }).waitFor();
  await page.getByRole("main").getByRole("button", { name: "Abmelden" }).click();
  await page.getByRole("heading", { name: "Bei Interval anmelden" }).waitFor();
  await page.getByLabel("E-Mail").fill("ada@example.com");
  await page.getByLabel("Passwort").fill("any password");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await page.getByRole("heading", { name: "Start" }).waitFor();
  expect(operator.complaints).toEqual([]);
});
