import { Button, Group, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { call, fetched } from "../../../api/calls";
import { Problem, problemOf } from "../../../api/problems";
import { Failed, Section } from "../../../shared/Shown";
import { saveAs } from "../../../shared/saving";
import { size } from "../../../shared/size";

/** Everything of the person as one file. */
export function Export() {
  const [received, setReceived] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState("");
  const ending = useRef<AbortController>(null);
  useEffect(() => () => ending.current?.abort(), []);
  const download = async () => {
    ending.current = new AbortController();
    setProblem(null);
    setDone("");
    setReceived(0);
    try {
      const { name, content } = await fetchedExport(setReceived, ending.current.signal);
      saveAs(content, name);
      setDone(`${name}, ${size(content.size)}`);
    } catch (error) {
      const isStopped = error instanceof DOMException && error.name === "AbortError";
      if (!isStopped) setProblem(error instanceof Problem ? error : new Problem(0));
    }
    setReceived(null);
  };
  return (
    <Section title="Take everything along">
      <Text size="sm" c="dimmed" mb="sm">
        A ZIP of text files, one a table, that is readable without TimeFlow; a README in it explains
        each. Left out are hashes of passwords and keys.
      </Text>
      {problem && <Failed problem={problem} again={download} />}
      <Group justify="space-between" mih={36}>
        <Text size="sm" role="status">
          {received === null ? done && `Saved ${done}.` : `${size(received)} so far…`}
        </Text>
        <Group gap="xs">
          {received !== null && (
            <Button variant="default" onClick={() => ending.current?.abort()}>
              Stop
            </Button>
          )}
          <Button onClick={download} loading={received !== null}>
            Export
          </Button>
        </Group>
      </Group>
    </Section>
  );
}

async function fetchedExport(tell: (received: number) => void, signal: AbortSignal) {
  const answer = await fetched(call("get", "/me/export"), { signal });
  if (!answer.ok || !answer.body) throw await problemOf(answer);
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  const parts: BlobPart[] = [];
  let received = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(value as BlobPart);
    received += value.length;
    tell(received);
  }
  return { name: name ?? "timeflow.zip", content: new Blob(parts, { type: "application/zip" }) };
}
