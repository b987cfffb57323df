/** The browser's storage; where it may not be used, as long as the page is open. */
export const storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "clear"> =
  allowed() ?? inMemory();

function allowed(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function inMemory() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
    clear: () => kept.clear(),
  };
}
