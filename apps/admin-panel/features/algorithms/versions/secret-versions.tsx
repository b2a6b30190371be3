'use client';
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlgorithmSecret, SecretHistory } from '@secret-store/api/schemas';
import { DateTime, RecordTable, type RecordColumn, StateLabel } from '@secret-store/ui';
import { actorInWords } from '@/features/audit/audit-words.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { SecretEvents } from './secret-events.tsx';
import { RestoreVersion } from './restore-version.tsx';

type Version = SecretHistory['results'][number];

interface SecretVersionsProps {
  readonly secret: AlgorithmSecret;
  readonly canRestore: boolean;
  readonly isNarrow: boolean;
  readonly onDone: () => void;
}

/** Who saved which version of a secret and when, and the way back to one of them. */
export const SecretVersions = ({ secret, canRestore, isNarrow, onDone }: SecretVersionsProps) => {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<Version | null>(null);
  const [isRestoring, setRestoring] = useState(false);
  /** has the focus again when the question is closed */
  const [lastChosen, setLastChosen] = useState<number | null>(null);
  const versions = useQuery(trpc.secrets.versions.queryOptions({ algorithmId: secret.owner_id, secretId: secret.id }));

  const columns = ({ current, keepsVersions }: SecretHistory): readonly RecordColumn<Version>[] => [
    {
      title: 'Version',
      isName: true,
      render: ({ version }) =>
        version === current ? (
          <StateLabel tone="good" label={`Version ${version}`}>
            Current
          </StateLabel>
        ) : (
          <StateLabel tone="none" label={`Version ${version}`} />
        ),
    },
    {
      title: 'Saved',
      render: ({ created }) => (
        <Text fz="sm">
          <DateTime value={created} />
        </Text>
      ),
    },
    { title: 'By', render: ({ actor }) => <Text fz="sm">{actorInWords(actor)}</Text> },
    {
      title: 'Actions',
      isActions: true,
      render: (version) => {
        if (version.version === current || !keepsVersions || !canRestore) return null;
        if (!version.isKept)
          return (
            <Text fz="sm" c="dimmed">
              Value no longer stored
            </Text>
          );
        return (
          <Button
            variant="default"
            size="xs"
            aria-label={`Restore version ${version.version}`}
            autoFocus={version.version === lastChosen}
            onClick={() => {
              setLastChosen(version.version);
              setChosen(version);
            }}
          >
            Restore
          </Button>
        );
      },
    },
  ];

  return (
    <Modal
      opened
      onClose={isRestoring ? () => undefined : onDone}
      title={chosen === null ? `Versions of ${secret.secret_key}` : `Restore version ${chosen.version}?`}
      size={chosen === null ? 880 : 'md'}
      fullScreen={isNarrow}
    >
      <QueryStates query={versions} what="the versions">
        {(history) =>
          chosen === null ? (
            <Stack gap="md">
              <Text fz="sm" c="dimmed">
                {history.keepsVersions
                  ? 'The store keeps the last 10 values. A restored value becomes a new version. Nobody can view any of them.'
                  : 'The provider of this secret can’t restore versions. To return to an earlier value, update the secret with it.'}
              </Text>
              <RecordTable label="Versions" columns={columns(history)} items={history.results} keyOf={({ id }) => id} />
              <SecretEvents secret={secret} />
            </Stack>
          ) : (
            <RestoreVersion
              secret={secret}
              version={chosen}
              current={history.current}
              onPending={setRestoring}
              onCancel={() => setChosen(null)}
              onDone={onDone}
            />
          )
        }
      </QueryStates>
    </Modal>
  );
};
