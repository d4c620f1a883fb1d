import { IntervalError } from "../errors.ts";
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

  read(id: string): Promise<ReadableStream<Uint8Array>> {
    const asset = this.stored.get(id);
    return asset ? Promise.resolve(new Blob([new Uint8Array(asset.bytes)]).stream()) : Promise.reject(unknown(id));
  }

  url(id: string): Promise<string> {
    return this.stored.has(id) ? Promise.resolve(`memory:${id}`) : Promise.reject(unknown(id));
  }

  /** The assets of one run. */
  of(runId: string): Assets {
    return assetsOf(this, runId);
  }
}

function unknown(id: string): IntervalError {
  return new IntervalError(`There is no asset ${id}.`);
}
