// A host of the measurement of home and history: as many actions as it is told, on pages of fifty.
import { Interval, Page } from "@interval/sdk";

const count = Number(process.env.ACTIONS);
const routes = {};
for (let i = 0; i < count; i++) {
  const page = `area_${Math.floor(i / 50)}`;
  routes[page] ??= new Page({ name: `Area ${Math.floor(i / 50)}`, routes: {} });
  routes[page].routes[`action_${i}`] = {
    name: `Action ${i}`,
    description: "Does **something**.",
    handler: async () => i,
  };
}
const interval = new Interval({ routes });
await interval.listen();
process.send({ url: "attached" });
