/** Tables as files for spreadsheets (RFC 4180). */

import { saveAs } from "../../shared/saving";

export type Cell = string | number | null;

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

export const csvOf = (rows: Cell[][]): string =>
  rows.map((row) => `${row.map(written).join(",")}\r\n`).join("");

function written(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Decimal hours, as in timesheets. */
export const hours = (seconds: number): number => Math.round((seconds / 3600) * 1000) / 1000;

export const saveCsv = (name: string, rows: Cell[][]) =>
  saveAs(new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }), name);
