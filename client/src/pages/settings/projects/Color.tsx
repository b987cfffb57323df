import { ColorInput } from "@mantine/core";
import { PALETTE } from "./palette";

export function Color({
  value,
  set,
  error,
}: {
  value: string;
  set: (color: string) => void;
  error?: string;
}) {
  return (
    <ColorInput
      label="Colour"
      description="The same wherever it is shown"
      placeholder="Chosen by the name"
      format="hex"
      withEyeDropper={false}
      swatches={PALETTE}
      swatchesPerRow={6}
      value={value}
      onChange={(color) => set(color.toLowerCase())}
      error={error}
    />
  );
}
