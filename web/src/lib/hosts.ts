import type { OnlineHost } from "@interval/proto";

/** What a host is called: its program's name, else its SDK. */
export function hostName({ name, sdkName, sdkVersion }: OnlineHost): string {
  return name || `${sdkName} ${sdkVersion}`;
}

/** A host with its machine and process, such as “billing (ada-laptop, 4242)”. */
export function describeHost(host: OnlineHost): string {
  const where = [host.hostname, host.pid > 0 && String(host.pid)].filter(Boolean).join(", ");
  return where ? `“${hostName(host)}” (${where})` : `“${hostName(host)}”`;
}
