'use client';
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { PlusIcon, SearchIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { PageHeader, Section } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { UserList } from './user-list.tsx';

const UserCreateForm = loadedPart(
  'the form for a user',
  async () => (await import('./user-create-form.tsx')).UserCreateForm,
);

export const UsersPage = () => {
  const manages = usePermission('users.manage');
  const [isOpen, { open, close }] = useDisclosure(false);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim().toLowerCase(), 250);
  return (
    <>
      <PageHeader
        title="Users"
        description="Who can sign in and use the API. A change acts on the person’s next request."
        actions={
          manages && (
            <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={open}>
              New user
            </Button>
          )
        }
      />
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
      <FormModal opened={isOpen} onClose={close} title="New user">
        <UserCreateForm onDone={close} />
      </FormModal>
    </>
  );
};
