// Component tests begin with every kind there, so that they see at once what they mount.
import { loadRenderers } from "../components/io/renderers.ts";

await loadRenderers();
