'use client';
import { Button, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Algorithm, SecretsPage } from '@secret-store/api/schemas';
import { ConfirmRemoval, Section } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { LeaveInVault } from '@/features/algorithms/leave-in-vault.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { VaultProgress } from '@/features/algorithms/vault-progress.tsx';

export const AlgorithmRemoval = ({ algorithm }: { readonly algorithm: Algorithm }) => {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const [typed, setTyped] = useState('');
  const [leave, setLeave] = useState(false);
  const secrets = useQuery(trpc.secrets.list.queryOptions({ algorithmId: algorithm.id }, { enabled: isOpen }));
  const fullName = `${algorithm.owner}/${algorithm.name}`;
  const remove = useMutation(
    trpc.algorithms.remove.mutationOptions({
      onSuccess: () => {
        // the list that is opened next is asked for again, and does not have it any more
        queryClient.removeQueries({ ...trpc.algorithms.search.queryFilter(), type: 'inactive' });
        notifySuccess('Algorithm deleted', `${fullName} and its secrets were deleted.`);
        router.replace(paths.algorithms);
      },
    }),
  );
  const progress = useQuery(
    trpc.algorithms.removalProgress.queryOptions(
      { algorithmId: algorithm.id },
      { enabled: remove.isPending, refetchInterval: 500, retry: false },
    ),
  );
  const ask = () => {
    setTyped('');
    setLeave(false);
    remove.reset();
    open();
  };

  return (
    <>
      <Section
        title="Delete this algorithm"
        description="Its secrets are deleted too, including from their vaults. Referenced secrets stay."
        actions={
          <Button variant="outline" color="red" onClick={ask}>
            Delete algorithm
          </Button>
        }
      />
      <ConfirmRemoval
        title={`Delete ${fullName}?`}
        confirmLabel="Delete algorithm"
        isOpen={isOpen}
        isPending={remove.isPending}
        isBlocked={typed !== fullName}
        failure={remove.isError ? failureOf(remove.error).message : null}
        onConfirm={() => remove.mutate({ algorithmId: algorithm.id, leave })}
        onClose={close}
      >
        <Text fz="sm">{secrets.data ? whatIsDeleted(secrets.data) : 'Its secrets are deleted too.'}</Text>
        <TextInput
          label={`To confirm, type ${fullName}`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {remove.isPending && progress.data && <VaultProgress done={progress.data.done} total={progress.data.total} />}
        {remove.isError && <LeaveInVault isChecked={leave} onChange={setLeave} />}
      </ConfirmRemoval>
    </>
  );
};

/** Such as "This also deletes 2 secrets: DB_PASSWORD, API_KEY." */
const whatIsDeleted = ({ results, total }: SecretsPage): string => {
  if (total === 0) return 'It has no secrets.';
  const more = total - results.length;
  const variables = results.map(({ secret_key }) => secret_key).join(', ');
  const counted = total === 1 ? '1 secret' : `${total.toLocaleString()} secrets`;
  return `This also deletes ${counted}: ${variables}${more > 0 ? ` and ${more.toLocaleString()} more` : ''}.`;
};
