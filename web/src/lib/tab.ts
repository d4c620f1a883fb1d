const name = "interval:tab";

/** Names this browser tab, random, for as long as it is open. A reload keeps it. */
export function tabId(): string {
  const known = sessionStorage.getItem(name);
  if (known) return known;
  const made = randomId();
  sessionStorage.setItem(name, made);
  return made;
}

/** 128 random bits as text; also where the page is not served securely. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
