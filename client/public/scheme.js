// Before the first paint, so that a dark page never begins white.
const kept = localStorage.getItem("mantine-color-scheme-value");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.mantineColorScheme =
  kept === "light" || kept === "dark" ? kept : dark ? "dark" : "light";
