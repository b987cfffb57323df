/** Which versions this page wrote itself, so that it is not told its own news. */
const own = new Set<string>();
const MOST = 200;

type Versioned = { id: string; version: number };

/** What a change was answered with, if that has a version. */
export function remember(answer: unknown) {
  const { id, version } = (answer ?? {}) as Partial<Versioned>;
  if (id === undefined || version === undefined) return;
  own.add(`${id} ${version}`);
  const [oldest] = own;
  if (own.size > MOST && oldest) own.delete(oldest);
}

export const isOwn = ({ id, version }: Versioned) => own.has(`${id} ${version}`);
