'use client';
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SecondFactorState } from '@secret-store/api/schemas';
import { DateTime, Section, StateLabel } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';

const AppSetup = loadedPart('the set-up of an app', async () => (await import('./app-setup.tsx')).AppSetup);
const AppRemoval = loadedPart('the removal of the app', async () => (await import('./app-removal.tsx')).AppRemoval);
const CodeRenewal = loadedPart('the form for new codes', async () => (await import('./code-renewal.tsx')).CodeRenewal);

type Dialog = 'set-up' | 'renew' | 'remove';

const few = 3;

interface StateProps {
  readonly state: SecondFactorState;
  readonly onOpen: (dialog: Dialog) => void;
}

const Off = ({ onOpen }: Pick<StateProps, 'onOpen'>) => (
  <Group justify="space-between" gap="md">
    <StateLabel tone="none" label="Off">
      Your password is all that signing in takes.
    </StateLabel>
    <Button onClick={() => onOpen('set-up')}>Set up authenticator app</Button>
  </Group>
);

const On = ({ state, onOpen }: StateProps) => (
  <Group justify="space-between" gap="md">
    <StateLabel tone="good" label="On">
      {state.since !== null && (
        <>
          Since <DateTime value={state.since} />.{' '}
        </>
      )}
      <Text component="span" inherit {...(state.recoveryCodes <= few && { c: 'var(--mantine-color-error)' })}>
        {state.recoveryCodes === 1 ? '1 recovery code is left.' : `${state.recoveryCodes} recovery codes are left.`}
      </Text>
    </StateLabel>
    <Group gap="xs">
      <Button variant="default" onClick={() => onOpen('renew')}>
        New recovery codes
      </Button>
      <Button variant="subtle" color="red" c="var(--mantine-color-error)" onClick={() => onOpen('remove')}>
        Remove app
      </Button>
    </Group>
  </Group>
);

/** The own one. */
export const SecondFactor = ({ username }: { readonly username: string }) => {
  const trpc = useTRPC();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const state = useQuery(trpc.secondFactor.show.queryOptions());
  return (
    <Section
      title="Second factor"
      description="A code from an app on your phone, which sign-in asks for after your password. API keys work without it."
    >
      <QueryStates query={state} what="the second factor">
        {(shown) => (shown.since === null ? <Off onOpen={setDialog} /> : <On state={shown} onOpen={setDialog} />)}
      </QueryStates>
      <FormModal
        opened={dialog === 'set-up'}
        onClose={close}
        title="Set up an authenticator app"
        closeOnClickOutside={false}
      >
        <AppSetup username={username} onDone={close} />
      </FormModal>
      <FormModal opened={dialog === 'renew'} onClose={close} title="New recovery codes" closeOnClickOutside={false}>
        <CodeRenewal username={username} onDone={close} />
      </FormModal>
      <FormModal opened={dialog === 'remove'} onClose={close} title="Remove the authenticator app?">
        <AppRemoval username={username} onDone={close} />
      </FormModal>
    </Section>
  );
};
