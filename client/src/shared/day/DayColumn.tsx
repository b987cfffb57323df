import "./day.css";
import type { ReactNode } from "react";
import { clock } from "../time";
import { heightOf, type Scale, topOf } from "./scale";

/** The names of the hours, to stand beside columns that are bare. */
export function HourNames({ scale, hours, zone }: { scale: Scale; hours: number[]; zone: string }) {
  return (
    <div className="day-column" style={{ height: heightOf(scale) }} aria-hidden>
      {hours.map((hour) => (
        <div key={hour} className="day-hour" style={{ top: topOf(scale, hour) }}>
          <span>{clock(hour, zone)}</span>
        </div>
      ))}
    </div>
  );
}

/** A day from its start down to its end, with its hours as the wall clock shows them. */
export function DayColumn({
  scale,
  hours,
  zone,
  isBare = false,
  label,
  now,
  children,
}: {
  scale: Scale;
  /** The starts of its elapsed hours: 23 to 25. */
  hours: number[];
  zone: string;
  /** Without room for the names of its hours: they stand beside. */
  isBare?: boolean;
  label: string;
  now: number;
  children: ReactNode;
}) {
  const isNow = now >= scale.start && now < scale.end;
  return (
    <section
      className="day-column"
      data-bare={isBare || undefined}
      aria-label={label}
      style={{ height: heightOf(scale) }}
    >
      {hours.map((hour) => (
        <div key={hour} className="day-hour" style={{ top: topOf(scale, hour) }} aria-hidden>
          {!isBare && <span>{clock(hour, zone)}</span>}
        </div>
      ))}
      {children}
      {isNow && <div className="day-now" style={{ top: topOf(scale, now) }} aria-hidden />}
    </section>
  );
}
