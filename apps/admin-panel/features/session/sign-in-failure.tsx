import { Alert } from '@mantine/core';

/** What the store says in the address when an identity provider did not lead in. The audit has the details. */
const sentences: Readonly<Record<string, string>> = {
  waiting: 'Your account waits for an administrator. Ask one to accept it, then sign in again.',
  rejected: 'An administrator rejected your account. Ask one to accept it, then sign in again.',
  disabled: 'Your account is disabled. Ask an administrator.',
  'too-many': 'There were too many attempts. Try again in a few minutes.',
  link: 'The account there was not linked: it belongs to another user here, or you were no longer signed in.',
  unreachable:
    'The identity provider can’t be reached. Sign in with your password or a passkey, or try again in a few minutes.',
  'no-such-connection': 'This store has no such identity provider, or it is disabled.',
};
const other = 'The identity provider’s answer was not accepted. Try again, or ask an administrator.';

/** Only known reasons are told: anybody can write a link to this page. */
export const problemInWords = (problem: string): string => sentences[problem] ?? other;

export const SignInFailure = ({ problem }: { readonly problem: string | null }) =>
  problem !== null && (
    <Alert color="red" role="alert" title="Couldn’t sign in">
      {problemInWords(problem)}
    </Alert>
  );
