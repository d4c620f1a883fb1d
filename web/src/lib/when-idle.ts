/** What a screen needs first is drawn, loaded and perhaps typed into in this time. */
const firstMs = 100;

/** Does something that a screen can do without at first: once the browser has nothing better to do, within about a second in any case. */
export function whenIdle(work: () => void): void {
  setTimeout(() => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 1000 });
    else work();
  }, firstMs);
}
