const UNITS = ["B", "kB", "MB", "GB", "TB"];

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

/** "640 B", "3.4 MB", of bytes; steps of a thousand. */
export function size(bytes: number): string {
  let left = bytes;
  let unit = 0;
  while (left >= 999.5 && unit < UNITS.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return `${(left < 10 && unit ? tenth : whole).format(left)} ${UNITS[unit]}`;
}
