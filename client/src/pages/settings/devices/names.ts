import type { Device } from "../../../api/schema";

/** What a device is called; events may leave its name empty. */
export const nameOf = ({ label, name }: Pick<Device, "label" | "name">) =>
  label || name || "Without a name";
