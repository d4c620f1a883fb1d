/** Reads all bytes of a stored asset. */
export type ReadAsset = (id: string, signal: AbortSignal) => Promise<Uint8Array>;

/** Where the bytes of a stored asset are: on this origin, so that its session and its policy hold. */
export function assetUrl(id: string): string {
  return `/assets/${encodeURIComponent(id)}`;
}

/** Reads an asset from the server that this page came from. The browser keeps what it has read, and asks whether it may still be seen. */
export const readAsset: ReadAsset = async (id, signal) => {
  const response = await fetch(assetUrl(id), { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new Error("The server does not answer.", { cause });
  });
  if (!response.ok) throw new Error((await response.text()).trim() || `The server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
};
