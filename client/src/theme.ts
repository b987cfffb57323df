import { type CSSVariablesResolver, createTheme } from "@mantine/core";

/** Shades of text and of filled things that keep a contrast of 4.5 to 1 in both themes. */
export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: 9,
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: "650" },
  components: {
    // The page has one banner; what is at the top of a dialog is none.
    ModalHeader: { defaultProps: { role: "none" } },
    DrawerHeader: { defaultProps: { role: "none" } },
    // Yellow and green words on their own light shade are hard to read.
    Alert: { styles: { title: { color: "var(--mantine-color-text)" } } },
  },
});

/** Secondary text that is still read by whoever sees little. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "#5c636a" },
  dark: { "--mantine-color-dimmed": "#a6adb4" },
});
