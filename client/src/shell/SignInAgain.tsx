import { Modal, Text } from "@mantine/core";
import { useSession } from "../api/session";
import { SignInForm } from "../pages/sign_in/SignIn";

/** Over the page, which stays as it is: what waits is sent once the person is back. */
export function SignInAgain() {
  const session = useSession();
  return (
    <Modal
      opened={session?.lapsed ?? false}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title="Please sign in again"
      zIndex={1000}
    >
      <Text size="sm" mb="md">
        Your sign-in is over. Nothing you typed is lost: it goes on where you were.
      </Text>
      <SignInForm email={session?.user.email} />
    </Modal>
  );
}
