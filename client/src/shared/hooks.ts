import { useHotkeys } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { useGet } from "../api/queries";
import { storage } from "../api/storage";
import { dayAt, isDay } from "./time";

const HOUR_MS = 3_600_000;

/** The person, whose zone everything is shown in. */
export const useMe = () => useGet("/me", undefined, { staleTime: HOUR_MS });

/** Milliseconds since the epoch, again every so many milliseconds. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The person's day now, once it is known who they are; before that, the machine's. */
export function useToday(): string {
  const { data: me } = useMe();
  return dayAt(useNow(30_000), me ?? { time_zone: "UTC", day_start: "00:00" });
}

/** A part of what is shown that the URL holds; setting the default takes it out of there. */
export function useUrl(name: string, byDefault: string): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  return [
    search.get(name) ?? byDefault,
    (value) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === byDefault) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
  ];
}

/** The day that is shown: the URL's, if it is one, else today. */
export function useDate(today: string): [string, (date: string) => void] {
  const [asked, set] = useUrl("date", today);
  return [isDay(asked) ? asked : today, set];
}

/** What was typed and not yet taken, by the third: it outlives a reload and a crash. */
export function useDraftText(
  name: string,
): [string, (text: string) => void, (sent: string) => void] {
  const key = `timeflow.typed.${name}`;
  const [text, setText] = useState(() => storage.getItem(key) ?? "");
  return [
    text,
    (next) => {
      setText(next);
      if (next) storage.setItem(key, next);
      else storage.removeItem(key);
    },
    (sent) => {
      // Not what was typed since.
      if ((storage.getItem(key) ?? "").trim() !== sent) return;
      setText("");
      storage.removeItem(key);
    },
  ];
}

const FIELDS = ["INPUT", "TEXTAREA", "SELECT"];

/** Keys of the page itself: not while a dialog or menu is open, nor again while they are held. */
export function useKeys(keys: [string, () => void][], ignored = FIELDS) {
  useHotkeys(
    keys.map(([key, act]) => [
      key,
      (event) => {
        if (event.repeat || document.querySelector("[aria-modal=true], [role=menu]")) return;
        if (key.startsWith("Arrow") && scrollsSideways(event.target)) return;
        event.preventDefault();
        act();
      },
      { preventDefault: false },
    ]),
    ignored,
  );
}

function scrollsSideways(target: EventTarget | null): boolean {
  for (let at = target as Element | null; at; at = at.parentElement) {
    if (at.scrollWidth > at.clientWidth && /auto|scroll/.test(getComputedStyle(at).overflowX)) {
      return true;
    }
  }
  return false;
}
