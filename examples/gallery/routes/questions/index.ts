import { Page } from "@interval/sdk";

export default new Page({ name: "Questions", description: "What stands alone." });
