'use client';
import { Button, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { SignInConnectionInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval, Section } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

export const ConnectionRemoval = ({ connection }: { readonly connection: SignInConnectionInfo }) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [isOpen, { open, close }] = useDisclosure(false);
  const { id, displayName, people } = connection;
  const remove = useMutation(
    trpc.signInConnections.remove.mutationOptions({
      onSuccess: async () => {
        notifySuccess('Connection deleted', `Nobody can sign in with ${displayName} any more.`);
        router.push(paths.signInSettings);
        await queryClient.invalidateQueries(trpc.signInConnections.pathFilter());
      },
    }),
  );
  const counted = `${people.toLocaleString('en-US')} ${people === 1 ? 'person' : 'people'}`;
  return (
    <>
      <Section
        title="Delete this connection"
        description="People who sign in with it need another way in. To close it for a while, disable it."
        actions={
          <Button variant="outline" color="red" c="var(--mantine-color-error)" onClick={open}>
            Delete connection
          </Button>
        }
      />
      <ConfirmRemoval
        title={`Delete ${displayName}?`}
        confirmLabel="Delete for all"
        isOpen={isOpen}
        isPending={remove.isPending}
        failure={remove.isError ? failureOf(remove.error).message : null}
        onConfirm={() => remove.mutate({ connectionId: id })}
        onClose={close}
      >
        <Text fz="sm">This deletes:</Text>
        <List fz="sm" spacing={4}>
          <List.Item>
            {people === 0
              ? 'the link to no account: nobody has signed in with it'
              : `the links to the accounts of ${counted}, whose sessions end`}
          </List.Item>
          <List.Item>the roles of its groups, and what they gave: roles of the store and memberships</List.Item>
          <List.Item>accounts of it that wait for an administrator</List.Item>
        </List>
        <Text fz="sm">
          The accounts stay, with their API keys and algorithms. Who has no password needs one from an administrator to
          sign in. The last enabled administrator stays one.
        </Text>
      </ConfirmRemoval>
    </>
  );
};
