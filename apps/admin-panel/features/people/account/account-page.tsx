'use client';
import { PageHeader } from '@secret-store/ui';
import { Identities } from '@/features/people/identities/identities.tsx';
import { ApiKeys } from '@/features/people/keys/api-keys.tsx';
import { Passkeys } from '@/features/people/passkeys/passkeys.tsx';
import { SecondFactor } from '@/features/people/second-factor/second-factor.tsx';
import { useSession } from '@/features/session/session.tsx';
import { PasswordForm } from './password-form.tsx';
import { Sessions } from './sessions.tsx';

export const AccountPage = () => {
  const { username, role } = useSession();
  return (
    <>
      <PageHeader title="Your account" description={`Signed in as ${username}.`} />
      <PasswordForm username={username} />
      <SecondFactor username={username} />
      <Passkeys username={username} />
      <Identities username={username} />
      <Sessions username={username} />
      <ApiKeys username={username} role={role} />
    </>
  );
};
