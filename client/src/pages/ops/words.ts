/** Numbers and states of an instance in words. What is not known is said, and never 0. */
import { size } from "../../shared/size";
import { duration } from "../../shared/time";

export const UNKNOWN = "unknown";

type Maybe = number | null | undefined;

const known = (value: Maybe, words: (value: number) => string) =>
  value === null || value === undefined ? UNKNOWN : words(value);

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

export const count = (value: Maybe) => known(value, whole.format);
export const rate = (value: Maybe) => known(value, (it) => `${tenth.format(it)} /s`);
export const seconds = (value: Maybe) =>
  known(value, (it) => (it >= 2 * 86_400 ? `${whole.format(it / 86_400)} days` : duration(it)));

export const bytes = (value: Maybe) => known(value, size);

/** "1 letter", "12 letters". */
export const things = (many: number, one: string, more = `${one}s`) =>
  `${whole.format(many)} ${many === 1 ? one : more}`;

/** "failed again", of a name that the API gives. */
export const said = (name: string) => name.replaceAll("_", " ");

/** "10 applied, 2 failed again": those there are. */
export const counts = (of: Record<string, number>) =>
  Object.entries(of)
    .filter(([, many]) => many > 0)
    .map(([name, many]) => `${whole.format(many)} ${said(name)}`)
    .join(", ");

/** Enough of an id to tell it from others. */
export const shortId = (id: string) => id.slice(-8);
