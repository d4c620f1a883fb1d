import type { Asset, AssetStore, Assets } from "./assets.ts";
import { assetsOf } from "./assets.ts";

/** Keeps assets in the memory of this process, for runs that need no server. */
export class MemoryAssets implements AssetStore {
  readonly stored = new Map<string, Asset>();

  put(_runId: string, asset: Asset): Promise<string> {
    const id = `asset_${this.stored.size + 1}`;
    this.stored.set(id, asset);
    return Promise.resolve(id);
  }

  /** The assets of one run. */
  of(runId: string): Assets {
    return assetsOf(this, runId);
  }
}
