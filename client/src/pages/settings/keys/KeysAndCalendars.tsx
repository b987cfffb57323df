import { Calendars } from "./Calendars";
import { Feeds } from "./Feeds";
import { Keys } from "./Keys";

export function KeysAndCalendars() {
  return (
    <>
      <Keys />
      <Feeds />
      <Calendars />
    </>
  );
}
