'use client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { PageHeader, Section, ShownTogether } from '@secret-store/ui';
import { RoleAddresses } from '@/features/people/role-addresses/role-addresses.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { ScimKeys } from '@/features/sign-in/scim-keys/scim-keys.tsx';
import { WaitingAccounts } from '@/features/sign-in/waiting/waiting-accounts.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { useTRPC } from '@/trpc.ts';
import { ConnectionList } from './connection-list.tsx';

const ConnectionCreateForm = loadedPart(
  'the form for a connection',
  async () => (await import('./connection-create-form.tsx')).ConnectionCreateForm,
);

const SignInSettings = () => {
  const trpc = useTRPC();
  const { isLoading } = useQuery(trpc.signInConnections.list.queryOptions());
  return (
    <ShownTogether isReady={!isLoading} what="the connections">
      <Section title="Identity providers" isFlush>
        <ConnectionList />
      </Section>
      <WaitingAccounts />
      <ScimKeys />
      <RoleAddresses />
    </ShownTogether>
  );
};

export const SignInSettingsPage = () => {
  const manages = usePermission('users.manage');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Sign-in"
        description="Identity providers that people sign in with, programs that create their accounts, and where roles work from."
        actions={
          manages && (
            <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={open}>
              New connection
            </Button>
          )
        }
      />
      <SignedIn>
        <SignInSettings />
        <FormModal opened={isOpen} onClose={close} title="New connection" size="lg" closeOnClickOutside={false}>
          <ConnectionCreateForm onDone={close} />
        </FormModal>
      </SignedIn>
    </>
  );
};
