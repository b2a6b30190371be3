'use client';
import { Anchor, Button, Text } from '@mantine/core';
import { PasskeyFillIcon, PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { PasskeyInfo, PasskeyList } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, Section, type RecordColumn, RowAction } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { PasskeyRemoval } from './passkey-removal.tsx';

const PasskeyAddForm = loadedPart(
  'the form for a passkey',
  async () => (await import('./passkey-add-form.tsx')).PasskeyAddForm,
);

const columnsWith = (id: string, remove: (passkey: PasskeyInfo) => void): RecordColumn<PasskeyInfo>[] => [
  {
    title: 'Passkey',
    isName: true,
    render: (passkey) => (
      <Text id={`${id}-${passkey.id}`} fw={500}>
        {passkey.name}
      </Text>
    ),
  },
  {
    title: 'Added',
    render: ({ created }) => (
      <Text fz="sm" c="dimmed">
        <DateTime value={created} />
      </Text>
    ),
  },
  {
    title: 'Last used',
    render: ({ lastUsed }) => (
      <Text fz="sm" c="dimmed">
        {lastUsed === null ? 'Not yet' : <DateTime value={lastUsed} />}
      </Text>
    ),
  },
  {
    title: 'Actions',
    isActions: true,
    render: (passkey) => (
      <RowAction label="Remove" rowId={`${id}-${passkey.id}`} isDestructive onClick={() => remove(passkey)} />
    ),
  },
];

/** Why none is made here; nothing where one can be. */
const Elsewhere = ({ origin }: Pick<PasskeyList, 'origin'>) => {
  if (origin === null)
    return <>Passkeys need an https address with a name. An administrator sets it with SECRET_STORE_PUBLIC_URL.</>;
  return (
    <>
      Passkeys work only at{' '}
      <Anchor inherit underline="always" href={`${origin}${paths.account}`}>
        {origin}
      </Anchor>
      . Open your account there.
    </>
  );
};

/** The own ones. */
export const Passkeys = ({ username }: { readonly username: string }) => {
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState<'add' | PasskeyInfo | null>(null);
  const close = () => setOpen(null);
  const passkeys = useQuery(trpc.passkeys.list.queryOptions());
  const isHere = passkeys.data?.origin === globalThis.location?.origin;
  return (
    <Section
      title="Passkeys"
      description="Sign in with a fingerprint, a face, a PIN or a security key, without password and code."
      isFlush
      actions={
        isHere && (
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => setOpen('add')}>
            Add passkey
          </Button>
        )
      }
    >
      <QueryStates query={passkeys} what="the passkeys">
        {({ origin, results }) => (
          <>
            {results.length > 0 && (
              <RecordTable
                label="Passkeys"
                items={results}
                keyOf={(passkey) => passkey.id}
                columns={columnsWith(id, setOpen)}
              />
            )}
            {results.length > 0 && !isHere && (
              <Text fz="sm" c="dimmed" p="lg">
                <Elsewhere origin={origin} />
              </Text>
            )}
            {results.length === 0 && (
              <EmptyState icon={<PasskeyFillIcon size={24} />} title="No passkeys">
                {isHere ? 'Add one for each device that you sign in with.' : <Elsewhere origin={origin} />}
              </EmptyState>
            )}
          </>
        )}
      </QueryStates>
      <FormModal opened={open === 'add'} onClose={close} title="Add a passkey" closeOnClickOutside={false}>
        <PasskeyAddForm username={username} onDone={close} />
      </FormModal>
      {open !== null && open !== 'add' && <PasskeyRemoval passkey={open} onDone={close} />}
    </Section>
  );
};
