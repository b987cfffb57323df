import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { Section } from "../../../shared/Shown";

const SCHEMES = [
  { value: "auto", label: "As the device" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** Of this browser. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title="Appearance in this browser">
      <SegmentedControl
        aria-label="Appearance"
        data={[...SCHEMES]}
        value={colorScheme}
        onChange={setColorScheme}
      />
    </Section>
  );
}
