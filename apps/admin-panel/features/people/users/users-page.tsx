'use client';
import { Button, Group, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { PlusIcon, SearchIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { PageHeader, Section } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { UserList } from './user-list.tsx';

const ServiceAccountCreateForm = loadedPart(
  'the form for a service account',
  async () => (await import('./service-account-create-form.tsx')).ServiceAccountCreateForm,
);
const UserCreateForm = loadedPart(
  'the form for a user',
  async () => (await import('./user-create-form.tsx')).UserCreateForm,
);

export const UsersPage = () => {
  const manages = usePermission('users.manage');
  const [open, setOpen] = useState<'user' | 'service' | null>(null);
  const close = () => setOpen(null);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim().toLowerCase(), 250);
  return (
    <>
      <PageHeader
        title="Users"
        description="Who can sign in and use the API. A change acts on the person’s next request."
        actions={
          manages && (
            <Group gap="sm">
              <Button variant="default" onClick={() => setOpen('service')}>
                New service account
              </Button>
              <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => setOpen('user')}>
                New user
              </Button>
            </Group>
          )
        }
      />
      <SignedIn>
        <Section
          title="All users"
          isFlush
          actions={
            <TextInput
              type="search"
              aria-label="Search by name"
              placeholder="Search by name"
              maxLength={64}
              leftSection={<SearchIcon size={16} aria-hidden="true" />}
              w={{ base: '100%', xs: 260 }}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          }
        >
          <UserList key={search} search={search} />
        </Section>
        <FormModal opened={open === 'user'} onClose={close} title="New user">
          <UserCreateForm onDone={close} />
        </FormModal>
        <FormModal opened={open === 'service'} onClose={close} title="New service account" closeOnClickOutside={false}>
          <ServiceAccountCreateForm onDone={close} />
        </FormModal>
      </SignedIn>
    </>
  );
};
