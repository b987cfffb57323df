// Before the first paint, so that a dark page never begins white.
let kept = null;
try {
  kept = localStorage.getItem("mantine-color-scheme-value");
} catch {
  // The browser lets nobody keep anything: as the system has it.
}
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.mantineColorScheme =
  kept === "light" || kept === "dark" ? kept : dark ? "dark" : "light";
