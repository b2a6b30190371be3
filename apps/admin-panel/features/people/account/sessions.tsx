'use client';
import { Badge, Button, Group, Text } from '@mantine/core';
import { DeviceDesktopIcon } from '@primer/octicons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import type { SessionInfo } from '@secret-store/api/schemas';
import { DateTime, EmptyState, Section, type RecordColumn } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';
import { browserName } from './browser-name.ts';

/** How a session of one's own is ended. */
const useEnding = () => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const onSettled = () => void queryClient.invalidateQueries(trpc.account.sessions.pathFilter());
  const one = useMutation(
    trpc.account.endSession.mutationOptions({
      onSuccess: () => notifySuccess('Session ended', 'That browser has to sign in again.'),
      onError: (error) => notifyFailure('Couldn’t end the session', failureOf(error)),
      onSettled,
    }),
  );
  const others = useMutation(
    trpc.account.endOtherSessions.mutationOptions({
      onSuccess: () => notifySuccess('Sessions ended', 'Only this session is left.'),
      onError: (error) => notifyFailure('Couldn’t end the sessions', failureOf(error)),
      onSettled,
    }),
  );
  return { one, others };
};

export const Sessions = ({ username }: { readonly username: string }) => {
  const trpc = useTRPC();
  const id = useId();
  const pages = usePages();
  const { one, others } = useEnding();
  const sessions = useQuery(
    trpc.account.sessions.queryOptions({ username, ...pages.request }, { placeholderData: keepPreviousData }),
  );
  const columns: RecordColumn<SessionInfo>[] = [
    {
      title: 'Session',
      isName: true,
      render: (session) => (
        <Group id={`${id}-${session.id}`} gap="xs">
          <Text fw={500}>{browserName(session.userAgent)}</Text>
          {session.isCurrent && (
            <Badge tt="none" color="teal" variant="light" c="var(--mantine-color-text)">
              This session
            </Badge>
          )}
        </Group>
      ),
    },
    {
      title: 'Address',
      render: ({ address }) => (
        <Text fz="sm" ff="monospace">
          {address ?? 'Unknown'}
        </Text>
      ),
    },
    {
      title: 'Signed in',
      render: ({ created }) => (
        <Text fz="sm" c="dimmed">
          <DateTime value={created} />
        </Text>
      ),
    },
    {
      title: 'Actions',
      isActions: true,
      render: (session) =>
        session.isCurrent ? null : (
          <Button
            variant="default"
            size="xs"
            aria-describedby={`${id}-${session.id}`}
            loading={one.isPending && one.variables.sessionId === session.id}
            onClick={() => one.mutate({ username, sessionId: session.id })}
          >
            End session
          </Button>
        ),
    },
  ];

  return (
    <Section
      title="Sessions"
      description="Where you are signed in. A session ends by itself after 12 hours."
      isFlush
      actions={
        <Button variant="default" loading={others.isPending} onClick={() => others.mutate({ username })}>
          End all other sessions
        </Button>
      }
    >
      <PagedRecords
        query={sessions}
        what="the sessions"
        pages={pages}
        label="Sessions"
        columns={columns}
        keyOf={(session) => session.id}
        empty={
          <EmptyState icon={<DeviceDesktopIcon size={24} />} title="No sessions">
            Nobody is signed in as {username}.
          </EmptyState>
        }
      />
    </Section>
  );
};
