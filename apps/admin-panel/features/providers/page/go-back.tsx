'use client';
import { Alert, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { HistoryIcon } from '@primer/octicons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderDetails } from '@secret-store/api/schemas';
import { DateTime, FactList } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { nameOfVersion } from './module-version.ts';

interface GoBackProps {
  readonly providerId: string;
  readonly active: NonNullable<ProviderDetails['active']>;
  readonly previous: NonNullable<ProviderDetails['previous']>;
  /** after the previous version is active again */
  readonly onRestored: () => Promise<void>;
}

const Keys = ({ keys }: { readonly keys: readonly string[] }) =>
  keys.length === 0 ? 'None' : <Code>{keys.join(', ')}</Code>;

type Configured = Pick<GoBackProps['previous'], 'configurationKeys'>;

const without = (one: Configured, other: Configured) =>
  one.configurationKeys.filter((key) => !other.configurationKeys.includes(key));

/** Returns to the previous version, after a dialog that names both. */
export const GoBack = ({ providerId, active, previous, onRestored }: GoBackProps) => {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const isSameModule = active.sha256 === previous.sha256;
  const name = nameOfVersion(previous);
  const what = isSameModule ? 'the previous configuration' : name;
  const goBack = useMutation(
    trpc.providers.goBack.mutationOptions({
      onSuccess: async () => {
        await onRestored();
        setOpen(false);
        notifySuccess(
          'Previous version restored',
          isSameModule ? 'The previous configuration is active again.' : `${name} is active again.`,
        );
      },
    }),
  );
  const version = ({ sha256, created, ...named }: GoBackProps['previous']) => (
    <>
      {!isSameModule && (
        <>
          {nameOfVersion(named)} <Code>{sha256.slice(0, 12)}…</Code>,{' '}
        </>
      )}
      {isSameModule ? 'Saved' : 'saved'} <DateTime value={created} />
    </>
  );
  return (
    <>
      <Button
        variant="default"
        size="xs"
        h="auto"
        mih={30}
        py={4}
        leftSection={<HistoryIcon size={14} aria-hidden="true" />}
        styles={{ label: { whiteSpace: 'normal', overflowWrap: 'anywhere', textAlign: 'left' } }}
        onClick={() => setOpen(true)}
      >
        Go back to {what}
      </Button>
      <Modal
        opened={isOpen}
        onClose={goBack.isPending ? () => undefined : () => setOpen(false)}
        title={`Go back to ${what}?`}
        centered
        size="md"
      >
        <Stack gap="md">
          <FactList
            facts={[
              { name: 'Active now', fact: version(active) },
              { name: 'After going back', fact: version(previous) },
              ...(isSameModule ? [{ name: 'Module', fact: name }] : []),
              { name: 'Its configured keys', fact: <Keys keys={previous.configurationKeys} /> },
              { name: 'Not set any more', fact: <Keys keys={without(active, previous)} /> },
              { name: 'Set again', fact: <Keys keys={without(previous, active)} /> },
            ]}
          />
          <Text fz="sm" c="dimmed">
            {isSameModule
              ? 'The module stays; its configuration goes back to the previous one.'
              : 'The module and its configuration go back to the previous ones.'}{' '}
            This takes effect at once, and calls in progress finish on the current version. You can switch back later.
          </Text>
          {goBack.isError && (
            <Alert color="red" role="alert">
              {failureOf(goBack.error).message}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={() => setOpen(false)} disabled={goBack.isPending}>
              Cancel
            </Button>
            <Button onClick={() => goBack.mutate({ providerId })} loading={goBack.isPending}>
              Go back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
};
