import { expect, it } from "vitest";
import { Operator } from "./harness/browser.ts";
import { Stage } from "./harness/stage.ts";

/** What the browser says of requests that were refused or not answered; the dashboard cannot help it. */
const refused = /^console: Failed to load resource: /;

it("says what is wrong with a link, a password, too many attempts and a server that is away, and then leads where one wanted to", async () => {
  await using stage = await Stage.open();
  const { server } = stage;
  await using operator = await Operator.open(await stage.browser(), server.url, {
    viewport: { width: 390, height: 844 },
  });
  const { page } = operator;
  const says = async (title: string) => {
    await page.getByRole("alert").getByText(title, { exact: true }).waitFor();
    expect(await operator.axe()).toEqual([]);
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
  };
  const submit = () => page.getByRole("button", { name: "Sign in", exact: true }).click();
  const home = stage.address("history?status=failed");

  const used = await server.signInLink();
  {
    await using first = await Operator.open(await stage.browser(), server.url);
    await first.page.goto(used);
    await first.page.getByRole("heading", { name: "Home" }).waitFor();
  }
  await page.goto(used);
  await says("This link no longer works");
  expect(page.url()).not.toContain("token");

  await page.goto(home);
  await page.waitForURL(/\/sign-in\?return=/);
  await submit();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("email");
  await page.getByLabel("E-mail").fill(`${"somebody".repeat(12)}@example.com`);
  await page.getByLabel("Password").fill("wrong".repeat(20));
  await submit();
  await says("E-mail or password is wrong");
  await expect
    .poll(async () => {
      await submit();
      return page.getByRole("alert").getByText("Too many attempts").isVisible();
    })
    .toBe(true);
  await says("Too many attempts");

  const { port } = new URL(server.url);
  await server.stop();
  await submit();
  await says("The server does not answer");
  await using again = await server.startOn(port);
  await page.goto(home);
  await page.waitForURL(/\/sign-in\?return=/);
  const token = new URL(await again.signInLink()).hash;
  await page.evaluate((hash) => {
    location.hash = hash; // the link pasted into the tab that stands here
  }, token);
  await page.getByRole("heading", { name: "History" }).waitFor();
  expect(page.url()).toBe(home);
  expect(operator.complaints.filter((complaint) => !refused.test(complaint))).toEqual([]);
});
