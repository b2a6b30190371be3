'use client';
import { PageHeader } from '@secret-store/ui';
import { Identities } from '@/features/people/identities/identities.tsx';
import { ApiKeys } from '@/features/people/keys/api-keys.tsx';
import { Passkeys } from '@/features/people/passkeys/passkeys.tsx';
import { SecondFactor } from '@/features/people/second-factor/second-factor.tsx';
import { useKnownSession, useSession } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { PasswordForm } from './password-form.tsx';
import { Sessions } from './sessions.tsx';

const Account = () => {
  const { username, role } = useSession();
  return (
    <>
      <PasswordForm username={username} />
      <SecondFactor username={username} />
      <Passkeys username={username} />
      <Identities username={username} />
      <Sessions username={username} />
      <ApiKeys username={username} role={role} />
    </>
  );
};

export const AccountPage = () => {
  const session = useKnownSession();
  return (
    <>
      <PageHeader
        title="Your account"
        description={session === null ? 'Signed in as …' : `Signed in as ${session.username}.`}
      />
      <SignedIn>
        <Account />
      </SignedIn>
    </>
  );
};
