import { byteCount, limits } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";

/** Bytes that travel by their own route, never inside a message. */
export interface Asset {
  bytes: Uint8Array;
  /** The media type, such as "image/png". */
  mediaType: string;
  /** A file's name, where it has one. */
  name?: string;
  /** What the program calls it, such as `io.display.image: "buffer"`, for errors. */
  where?: string;
}

/** Where the assets of all runs of a host are kept. */
export interface AssetStore extends AssetReader {
  /** Stores bytes for a run, and gives the asset's id. */
  put(runId: string, asset: Asset): Promise<string>;
}

/** Where the assets of one run are kept. */
export interface Assets extends AssetReader {
  /**
   * Stores bytes, and gives the asset's id.
   * @throws {HostMisuseError} for more bytes than an asset may have
   */
  put(asset: Asset): Promise<string>;
}

/** Gives back what is stored. */
interface AssetReader {
  /** The bytes of an asset as they come; what is not read is not sent. */
  read(id: string): Promise<ReadableStream<Uint8Array>>;
  /** An address under which anybody reads an asset for a while. */
  url(id: string): Promise<string>;
}

/** The assets of one run; the same bytes shown again are not stored again. */
export function assetsOf(store: AssetStore, runId: string): Assets {
  const known = new WeakMap<Uint8Array, Promise<string>>();
  return {
    read: (id) => store.read(id),
    url: (id) => store.url(id),
    put(asset) {
      const stored = known.get(asset.bytes) ?? putFitting(store, runId, asset);
      known.set(asset.bytes, stored);
      stored.catch(() => known.delete(asset.bytes));
      return stored;
    },
  };
}

async function putFitting(store: AssetStore, runId: string, asset: Asset): Promise<string> {
  const { bytes, where = "An asset" } = asset;
  if (bytes.length > limits.hostAssetBytes) {
    const [size, most] = [byteCount(bytes.length), byteCount(limits.hostAssetBytes)];
    throw new HostMisuseError(`${where}: it has ${size}; at most ${most} are possible.`);
  }
  return store.put(runId, asset);
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
