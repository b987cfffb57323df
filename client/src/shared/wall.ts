/** Between instants and what an `<input type="datetime-local">` holds: the wall clock of a zone. */
const MINUTE_MS = 60_000;

/** "2026-03-02T09:04". */
export function wallOf(instant: string | number, zone: string): string {
  const made = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return made.format(new Date(instant)).replace(" ", "T");
}

/**
 * The instant at which the wall clock of a zone shows this; of two, the first; in a gap, as if the
 * clock had not yet been changed.
 */
export function instantOf(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}:00Z`);
  if (!wall || Number.isNaN(asUtc)) return wall;
  // A day to either side no clock change of this moment is in force yet, or any more.
  const offsets = [asUtc - 86_400_000, asUtc + 86_400_000].map((near) => offsetOf(near, zone));
  const shown = offsets.map((offset) => asUtc - offset).filter((at) => wallOf(at, zone) === wall);
  return new Date(shown[0] ?? asUtc - (offsets[0] ?? 0)).toISOString();
}

/** Milliseconds that the wall clock of a zone is ahead of UTC. */
function offsetOf(instant: number, zone: string): number {
  const whole = Math.floor(instant / MINUTE_MS) * MINUTE_MS;
  return Date.parse(`${wallOf(whole, zone)}:00Z`) - whole;
}
