'use client';
import { Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageHeader } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { kindLabels } from '@/features/sign-in/connection-words.ts';
import { GroupRoles } from '@/features/sign-in/groups/group-roles.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ConnectionRegistration } from './connection-registration.tsx';
import { ConnectionRemoval } from './connection-removal.tsx';
import { ConnectionSettings } from './connection-settings.tsx';
import { ConnectionState } from './connection-state.tsx';

export const ConnectionPage = ({ name }: { readonly name: string }) => {
  const trpc = useTRPC();
  const manages = usePermission('users.manage');
  const connections = useQuery(trpc.signInConnections.list.queryOptions());
  const connection = connections.data?.find((one) => one.name === name);
  if (connections.isSuccess && connection === undefined) {
    return (
      <NotFoundState title={`No connection ${name}`} path={paths.signInSettings} label="Go to sign-in">
        It may have been deleted. Check the address.
      </NotFoundState>
    );
  }
  return (
    <>
      <PageHeader
        above={<BackLink path={paths.signInSettings} label="Sign-in" />}
        title={connection?.displayName ?? name}
        description={
          connection === undefined ? 'Identity provider' : `${kindLabels[connection.kind]}, ${connection.issuer}`
        }
        actions={connection && <ConnectionState connection={connection} manages={manages} />}
      />
      {connection === undefined ? (
        <Paper withBorder>
          <QueryStates query={connections} what="the connection">
            {() => null}
          </QueryStates>
        </Paper>
      ) : (
        <>
          <ConnectionRegistration connection={connection} manages={manages} />
          <GroupRoles connectionId={connection.id} source={connection.displayName} manages={manages} />
          {manages && <ConnectionSettings connection={connection} />}
          {manages && <ConnectionRemoval connection={connection} />}
        </>
      )}
    </>
  );
};
