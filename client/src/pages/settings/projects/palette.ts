/** Those that the server gives to what says no colour of its own. */
export const PALETTE = [
  "#f03e3e",
  "#d6336c",
  "#ae3ec9",
  "#7048e8",
  "#4263eb",
  "#1c7ed6",
  "#1098ad",
  "#0ca678",
  "#37b24d",
  "#74b816",
  "#f59f00",
  "#f76707",
];
