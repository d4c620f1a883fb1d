import { Page } from "@interval/sdk";

export default new Page({ name: "Customers", description: "Who buys, and what they have bought." });
