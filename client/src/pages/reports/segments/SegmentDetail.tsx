import { Stack, Text } from "@mantine/core";
import { useGet } from "../../../api/queries";
import type { Segment } from "../../../api/schema";
import { Section, Shown } from "../../../shared/Shown";
import { Members } from "./Members";
import { RestsOn } from "./RestsOn";
import { Sizes } from "./Sizes";

/** One segment: what it is, how large it was, on what it rests, and who is in it. */
export function SegmentDetail({ segment }: { segment: Segment }) {
  const history = useGet("/segments/{slug}/history", { path: { slug: segment.slug } });
  return (
    <Section title={segment.name}>
      <Stack gap="sm">
        <Text size="sm">
          {segment.definition}. By {segment.version}.
          {segment.supersedes && ` It takes the place of ${segment.supersedes}.`}
        </Text>
        <Shown of={history} height={220}>
          {({ sizes, fit }) => (
            <>
              <Sizes sizes={sizes} />
              {fit && <RestsOn fit={fit} />}
            </>
          )}
        </Shown>
        <Members slug={segment.slug} />
      </Stack>
    </Section>
  );
}
