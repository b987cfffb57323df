export type Anchor = { number?: number; hash?: string };

/** "12:0f…" as it was noted; nothing typed asks without; null is neither. */
export function anchorOf(text: string): Anchor | null {
  if (!text.trim()) return {};
  const [, number, hash] = text.trim().match(/^(\d{1,15}):([0-9a-f]{64})$/) ?? [];
  return number && hash ? { number: Number(number), hash } : null;
}
