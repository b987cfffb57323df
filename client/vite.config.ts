/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // The API owns `/tasks` and the like; the page lives below this.
  base: "/app/",
  plugins: [react()],
  build: { outDir: "../web/page_files", emptyOutDir: true, target: "es2022" },
  server: {
    proxy: Object.fromEntries(
      ["^/(?!app/|$)"].map((path) => [
        path,
        process.env.TIMEFLOW_SERVER ?? "http://127.0.0.1:8080",
      ]),
    ),
  },
  test: {
    environment: "jsdom",
    setupFiles: "src/testing/setup.ts",
    // Of the person, and of nobody's machine.
    env: { TZ: "UTC" },
  },
});
