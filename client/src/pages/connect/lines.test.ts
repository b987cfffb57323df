import { expect, test } from "vitest";
import { shellLine, withKey } from "./lines";

test("the line writes the file and keeps the one that was there", () => {
  const lines = { file: "~/.wakatime.cfg", lines: ["[settings]", "api_key = YOUR-API-KEY"] };
  expect(withKey(shellLine(lines), "7f")).toBe(
    "{ cp ~/.wakatime.cfg ~/.wakatime.cfg.bak 2>/dev/null; " +
      "printf '%s\\n' '[settings]' 'api_key = 7f' > ~/.wakatime.cfg; }",
  );
});

test("a file in a directory has it made, and quotes stay quotes", () => {
  expect(shellLine({ file: "~/.config/a/b.toml", lines: ["it's"] })).toBe(
    "mkdir -p ~/.config/a && { cp ~/.config/a/b.toml ~/.config/a/b.toml.bak 2>/dev/null; " +
      "printf '%s\\n' 'it'\\''s' > ~/.config/a/b.toml; }",
  );
});
