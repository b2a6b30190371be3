'use client';
import { Checkbox, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface ProviderRemovalProps {
  readonly provider: ProviderInfo;
  readonly onDone: () => void;
}

export const ProviderRemoval = ({ provider, onDone }: ProviderRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [leave, setLeave] = useState(false);
  const remove = useMutation(
    trpc.providers.remove.mutationOptions({
      onSuccess: () => {
        notifySuccess('Secret provider removed', `${provider.name} and its configuration were deleted.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.providers.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Remove ${provider.name}?`}
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ providerId: provider.id, leave })}
      onClose={onDone}
    >
      <Text fz="sm">
        This removes the provider {provider.name}, its stored configuration
        {provider.configurationKeys.length > 0 && ` (${provider.configurationKeys.join(', ')})`} and its module
        {provider.moduleName !== null && ` (${provider.moduleName})`} from this store. The vault itself isn&rsquo;t
        changed.
      </Text>
      {remove.isError && (
        <Checkbox
          label="Give up writes that the vault has not answered"
          description="The vault may still hold their values. The audit log lists them."
          checked={leave}
          onChange={(event) => setLeave(event.currentTarget.checked)}
        />
      )}
    </ConfirmRemoval>
  );
};
