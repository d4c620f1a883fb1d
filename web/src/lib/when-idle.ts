/** Does something once what is on its way to the screen is there, and the browser has nothing better to do; within a second in any case. */
export function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 1000 });
  else setTimeout(work, 200);
}
