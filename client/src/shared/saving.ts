/** Offers `content` as a file, as if it had been downloaded. */
export function saveAs(content: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Not at once: the browser may only begin to read it after this.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
