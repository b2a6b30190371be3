'use client';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import type { ProviderInfo, ProviderStatus } from '@secret-store/api/schemas';
import { RecordTable, type RecordColumn, RowAction } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { usePermission } from '@/features/session/session.tsx';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ProviderHealth } from './provider-health.tsx';
import { ProviderRemoval } from './provider-removal.tsx';
import { removalRefusal } from './removal-refusal.ts';
import { SharedCredentialNote } from './shared-credential-note.tsx';

interface Row {
  readonly provider: ProviderInfo;
  /** undefined while it is loading */
  readonly status: ProviderStatus | undefined;
}

export const ProviderList = () => {
  const trpc = useTRPC();
  const manages = usePermission('providers.manage');
  const router = useRouter();
  const id = useId();
  const queryClient = useQueryClient();
  const providers = useQuery(trpc.providers.list.queryOptions());
  const status = useQuery(trpc.providers.status.queryOptions());
  const [removed, setRemoved] = useState<ProviderInfo | null>(null);
  const makeDefault = useMutation(
    trpc.providers.makeDefault.mutationOptions({
      onSuccess: (_, { providerId }) => {
        const name = providers.data?.find((provider) => provider.id === providerId)?.name ?? 'this provider';
        notifySuccess('Default changed', `New secrets now go to ${name} by default.`);
      },
      onError: (error) => notifyFailure('Couldn’t change the default', failureOf(error)),
      onSettled: () => queryClient.invalidateQueries(trpc.providers.pathFilter()),
    }),
  );

  const columns: RecordColumn<Row>[] = [
    {
      title: 'Provider',
      isName: true,
      render: ({ provider, status: found }) => (
        <div id={`${id}-${provider.id}`}>
          <Group gap="xs">
            <Text fw={500}>{provider.name}</Text>
            {provider.isDefault && (
              <Badge variant="light" size="sm" tt="none">
                Default
              </Badge>
            )}
          </Group>
          {provider.description !== '' && (
            <Text c="dimmed" fz="sm" lineClamp={2}>
              {provider.description}
            </Text>
          )}
          {found?.kind === 'internal' && (
            <Text c="dimmed" fz="xs">
              Built in
            </Text>
          )}
          {provider.moduleName !== null && (
            <Text c="dimmed" fz="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {provider.moduleName}
            </Text>
          )}
          {found?.sharesCredential === true && <SharedCredentialNote />}
        </div>
      ),
    },
    {
      title: 'Health',
      render: ({ status: found }) => <ProviderHealth status={found} hasFailed={status.isError} manages={manages} />,
    },
    { title: 'Secrets', render: ({ status: found }) => <Text fz="sm">{found?.secretCount ?? '…'}</Text> },
    {
      title: 'Actions',
      isActions: true,
      render: ({ provider, status: found }) => {
        const row = `${id}-${provider.id}`;
        // before the status is loaded, a provider without a module may be the internal one
        const isPlugin = found ? found.kind === 'plugin' : provider.moduleName !== null;
        const refusal = removalRefusal(provider, found);
        return (
          <Group gap="xs" wrap="nowrap" display="inline-flex">
            {manages && !provider.isDefault && (
              <RowAction
                label="Make Default"
                rowId={row}
                refusal={found?.defaultRefusal ?? null}
                loading={makeDefault.isPending && makeDefault.variables.providerId === provider.id}
                onClick={() => makeDefault.mutate({ providerId: provider.id })}
              />
            )}
            <Button
              variant="default"
              size="xs"
              aria-describedby={row}
              onClick={() => router.push(paths.provider(provider.id))}
            >
              {manages ? 'Update' : 'View'}
            </Button>
            {manages && isPlugin && (
              <RowAction
                label="Remove"
                rowId={row}
                refusal={refusal}
                isDestructive
                onClick={() => setRemoved(provider)}
              />
            )}
          </Group>
        );
      },
    },
  ];

  return (
    <>
      <QueryStates query={providers} what="the secret providers">
        {(all) => (
          <RecordTable
            label="Secret providers"
            columns={columns}
            items={all.map((provider) => ({
              provider,
              status: status.data?.find(({ providerId }) => providerId === provider.id),
            }))}
            keyOf={({ provider }) => provider.id}
          />
        )}
      </QueryStates>
      {removed && <ProviderRemoval provider={removed} onDone={() => setRemoved(null)} />}
    </>
  );
};
