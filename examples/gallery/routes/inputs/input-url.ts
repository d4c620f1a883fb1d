import { Action, io } from "@interval/sdk";
import { received } from "../../lib/received";

/**
 * io.input.url(label, { allowedProtocols?, placeholder?, … }) → URL
 *
 * An address; of the web unless `allowedProtocols` names others.
 */
export default new Action({
  name: "Address",
  description: "An address of the web, and one of a few protocols.",
  handler: async () => {
    const { site, file } = await io.group({
      site: io.input.url("Site", { placeholder: "https://example.com" }),
      file: io.input.url("File", { allowedProtocols: ["ftp", "sftp"] }).optional(),
    });
    return { ...received(site), value: site.href, file: file?.href };
  },
});
