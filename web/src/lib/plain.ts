/** Inline markdown as it reads without its marks. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/(\*\*|__|~~|[*`])/g, "")
    .replace(/(^|\s)_|_(?=\s|[.,;:!?]|$)/g, "$1");
}
