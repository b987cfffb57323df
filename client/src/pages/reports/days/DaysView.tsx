import { Digest } from "./Digest";
import { Insights } from "./Insights";
import { MySegments } from "./MySegments";

/** What days are like, and what they say. */
export function DaysView() {
  return (
    <>
      <Insights />
      <MySegments />
      <Digest />
    </>
  );
}
