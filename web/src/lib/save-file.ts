/** Saves bytes as a file of the person's, under a name that every file system takes. */
export function saveFile(blob: Blob, label: string, extension: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(label) || "file"}.${extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may ask where to
}

function fileName(label: string): string {
  const plain = label
    .slice(0, 300)
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, " ")
    .replace(/\s+/g, " ");
  return plain.replace(/^[. ]+|[. ]+$/g, "").slice(0, 100);
}
