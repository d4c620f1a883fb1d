/** Bytes that travel by their own route, never inside a message. */
export interface Asset {
  bytes: Uint8Array;
  /** The media type, such as "image/png". */
  mediaType: string;
  /** A file's name, where it has one. */
  name?: string;
}

/** Where the assets of all runs of a host are kept. */
export interface AssetStore {
  /** Stores bytes for a run, and gives the asset's id. */
  put(runId: string, asset: Asset): Promise<string>;
}

/** Where the assets of one run are kept. */
export interface Assets {
  put(asset: Asset): Promise<string>;
}

/** The assets of one run; the same bytes shown again are not stored again. */
export function assetsOf(store: AssetStore, runId: string): Assets {
  const known = new WeakMap<Uint8Array, Promise<string>>();
  return {
    put(asset) {
      const stored = known.get(asset.bytes) ?? store.put(runId, asset);
      known.set(asset.bytes, stored);
      stored.catch(() => known.delete(asset.bytes));
      return stored;
    },
  };
}

/** What a message needs stored before it can be sent: collected while the message is made, stored together. */
export class Uploads {
  readonly #assets: Assets;
  #waiting: Array<{ asset: Asset; assign: (assetId: string) => void }> = [];

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** Whether something waits to be stored. */
  get isNeeded(): boolean {
    return this.#waiting.length > 0;
  }

  /** Has bytes stored, and their id put where it belongs. */
  add(asset: Asset, assign: (assetId: string) => void): void {
    this.#waiting.push({ asset, assign });
  }

  /** Resolves once everything added so far is stored. */
  async done(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    await Promise.all(waiting.map(async ({ asset, assign }) => assign(await this.#assets.put(asset))));
  }
}
