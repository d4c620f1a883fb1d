import { Page } from "@interval/sdk";

export default new Page({ name: "Selects", description: "One or several of what there is." });
