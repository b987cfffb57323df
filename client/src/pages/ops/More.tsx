import { Button, Center } from "@mantine/core";

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The next page of a list that goes on. */
export function More({ of }: { of: Pages }) {
  if (!of.hasNextPage) return null;
  return (
    <Center mt="sm">
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => of.fetchNextPage()}>
        Load more
      </Button>
    </Center>
  );
}
