const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Whether an address is this machine's own. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}

/**
 * Why a page may not act for the person whose cookie comes with its request; `undefined` when it may.
 *
 * @param origin the request's Origin header, which browsers send with everything that changes something
 * @param host its Host header
 */
export function originFault(origin: string | null | undefined, host: string, publicUrl: string): string | undefined {
  if (!origin || isTrustedOrigin(origin, host, publicUrl)) return undefined;
  return `Pages of ${origin} may not use this server. Set INTERVAL_URL to its public address.`;
}

/**
 * Whether a page of this origin may use the session cookie: the server's own address, or, on one's own machine, whatever loopback address
 * the request was made to.
 *
 * @param host the request's Host header
 */
export function isTrustedOrigin(origin: string, host: string, publicUrl: string): boolean {
  // What `canParse` says yes to can still be too long to be parsed.
  const url = URL.parse(origin);
  if (!url) return false;
  return url.origin === new URL(publicUrl).origin || (url.host === host && isLoopback(host));
}
