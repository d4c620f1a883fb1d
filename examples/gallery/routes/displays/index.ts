import { Page } from "@interval/sdk";

export default new Page({ name: "Displays", description: "What is only shown." });
