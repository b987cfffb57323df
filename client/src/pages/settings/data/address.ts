/** Where an erasure is followed; the secret is behind `#`, which no server is told. */
export const ERASURE = "/erasure";

/** This browser forgets the person, and shows what becomes of what is theirs. */
export function leadToErasure(id: string, secret: string) {
  localStorage.clear();
  location.assign(`/app${ERASURE}#${id}.${secret}`);
}

export function followed(hash: string): { id: string; secret: string } | null {
  const [, id, secret] = /^#([0-9a-f-]{36})\.(.+)$/.exec(hash) ?? [];
  return id && secret ? { id, secret } : null;
}
