import { Action, io } from "@interval/sdk";

/**
 * io.display.html(label, { html })
 *
 * HTML with nothing left in it but formatted text.
 */
export default new Action({
  name: "HTML",
  description: "Sanitised: no script, style or frame gets through.",
  handler: async () => {
    await io.display.html("HTML", {
      html: '<h3>Hello</h3><p style="color:red" onclick="alert(1)">A <b>bold</b> <a href="https://example.com">link</a>.</p><script>alert(1)</script>',
    });
  },
});
