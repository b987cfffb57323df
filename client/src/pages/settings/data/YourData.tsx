import { Export } from "./Export";
import { Leave } from "./Leave";

export function YourData() {
  return (
    <>
      <Export />
      <Leave />
    </>
  );
}
