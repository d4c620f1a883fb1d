import { Page } from "@interval/sdk";

export default new Page({ name: "Inputs", description: "What is typed, chosen or uploaded." });
