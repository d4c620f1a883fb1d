import { Action, io } from "@interval/sdk";
export default new Action(async () => {
  const name = await io.input.text("Your name");
  return `Hello, ${name}`;
});
