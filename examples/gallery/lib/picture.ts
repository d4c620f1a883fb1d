/** A small picture that needs nothing from elsewhere: a disc in a colour. */
export function disc(color: string, letter = ""): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><circle cx="48" cy="48" r="46" fill="${color}"/><text x="48" y="64" font-family="sans-serif" font-size="48" text-anchor="middle" fill="#fff">${letter}</text></svg>`,
  );
}

/** Some colours that stand out from each other. */
export const colors = ["#4f46e5", "#0f766e", "#b45309", "#be123c", "#6d28d9", "#0369a1"];
