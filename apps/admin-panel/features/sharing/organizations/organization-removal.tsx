'use client';
import { Button, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { OrganizationDetails } from '@secret-store/api/schemas';
import { ConfirmRemoval, Section } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

export const OrganizationRemoval = ({
  organization: { name, members, algorithms },
}: {
  readonly organization: OrganizationDetails;
}) => {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const remove = useMutation(
    trpc.organizations.remove.mutationOptions({
      onSuccess: () => {
        // the list that is opened next does not have it any more
        queryClient.removeQueries({ ...trpc.organizations.list.queryFilter(), type: 'inactive' });
        notifySuccess('Organization deleted', `${name} has no members any more.`);
        router.push(paths.organizations);
        void queryClient.invalidateQueries(trpc.session.pathFilter());
      },
    }),
  );
  return (
    <Section
      title="Delete organization"
      description="Its members lose their access. Its algorithms stay, for administrators of the store."
    >
      <Button variant="outline" color="red" onClick={open}>
        Delete organization
      </Button>
      <ConfirmRemoval
        title={`Delete ${name}?`}
        confirmLabel={`Delete ${name}`}
        isOpen={isOpen}
        isPending={remove.isPending}
        failure={remove.isError ? failureOf(remove.error).message : null}
        onConfirm={() => remove.mutate({ organization: name })}
        onClose={close}
      >
        <Text fz="sm">This deletes:</Text>
        <List fz="sm" spacing={4}>
          <List.Item>the organization {name}</List.Item>
          <List.Item>the roles of its {counted(members.length, 'member')}</List.Item>
        </List>
        <Text fz="sm">
          {algorithms === 0
            ? 'It owns no algorithms.'
            : `Its ${counted(algorithms, 'algorithm')} and their secrets stay. Administrators manage them. Until they are deleted, nobody else can have the name ${name}.`}
        </Text>
      </ConfirmRemoval>
    </Section>
  );
};
