import { Appearance } from "./Appearance";
import { ChangePassword } from "./ChangePassword";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

export function Security() {
  return (
    <>
      <ChangePassword />
      <SecondFactor />
      <Sessions />
      <Appearance />
    </>
  );
}
