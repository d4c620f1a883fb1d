import { defineConfig } from "tsdown";
import usual from "./tsdown.config.ts";

// The SDK as servers serve it: with the protocol package inside, which no registry has.
export default defineConfig({ ...usual, deps: { alwaysBundle: ["@interval/proto"] } });
