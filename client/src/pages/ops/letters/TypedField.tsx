import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

/** A filter that is typed: it counts from Enter, or from leaving the field. */
export function TypedField({
  label,
  placeholder,
  value,
  set,
}: {
  label: string;
  placeholder: string;
  value: string;
  set: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const take = () => {
    if (text !== value) set(text);
  };
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      w={200}
      maxLength={200}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}
