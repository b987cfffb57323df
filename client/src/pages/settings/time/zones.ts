import type { Call } from "../../../api/calls";
import { call } from "../../../api/calls";
import type { Me, Zone } from "../../../api/schema";

/** The earliest instant that the server takes. */
const BEGINNING = "1970-01-01T00:00:00Z";

/** What people call zones that browsers list under an older name. */
const OF_TODAY = [
  "America/Argentina/Buenos_Aires",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Yangon",
  "Atlantic/Faroe",
  "Europe/Kyiv",
  "Pacific/Pohnpei",
  "UTC",
];

/** All zones that this browser knows, and the one that is set, whether it knows it or not. */
export function zoneNames(set: string): string[] {
  const listed = Intl.supportedValuesOf("timeZone");
  return [...new Set([...listed, ...OF_TODAY.filter(isKnown), set])].sort();
}

function isKnown(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en-GB", { timeZone: zone }));
  } catch {
    return false;
  }
}

/** What it is o'clock there: "UTC+5:30, 14:34 now". */
export function offsetOf(zone: string, now: number): string {
  if (!isKnown(zone)) return "This browser does not know this zone";
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    timeZoneName: "longOffset",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const offset = of("timeZoneName").replace("GMT", "UTC");
  return `${offset}, ${of("hour")}:${of("minute")} now`;
}

/** The instant at which a date begins on the wall there. */
export function midnightIn(zone: string, date: string): number {
  const wall = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const midnight = Date.parse(`${date}T00:00Z`);
  const aheadAt = (instant: number) =>
    Date.parse(`${wall.format(instant).replace(" ", "T")}Z`) - instant;
  // The offset of the guess is that of midnight, unless the clocks change in between.
  const guess = midnight - aheadAt(midnight);
  return midnight - aheadAt(guess);
}

/** Zones that follow each other; one that goes on is one. */
export function inForce(zones: Zone[]): Zone[] {
  return zones.filter((zone, place) => zone.time_zone !== zones[place - 1]?.time_zone);
}

/**
 * Brings the zones back to what they were before one was set for `from`. Setting one forgets all
 * later ones, so the one that held before is set again, and then what followed it.
 */
export function zonesAgain(before: Me["zones"], from: number): Call[] {
  const instant = ({ valid_from }: Zone) => (valid_from ? Date.parse(valid_from) : -Infinity);
  const held = before.findLastIndex((zone) => instant(zone) <= from);
  return before.slice(Math.max(0, held)).map(({ time_zone, valid_from }) =>
    call("patch", "/me", {
      body: { time_zone, time_zone_from: valid_from ?? BEGINNING },
    }),
  );
}
