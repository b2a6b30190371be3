'use client';
import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PoolRequest } from '@secret-store/api/schemas';
import { NameInput } from '@secret-store/ui';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { useTRPC } from '@/trpc.ts';
import type { InvitedPool } from './pool-invitation.tsx';

interface PoolCreateFormProps {
  readonly onCreated: (pool: InvitedPool) => void;
  readonly onCancel: () => void;
}

export const PoolCreateForm = ({ onCreated, onCancel }: PoolCreateFormProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '' }, validate: validateWith(PoolRequest) });
  useDraft(() => form.isDirty());
  const create = useMutation(
    trpc.workers.createPool.mutationOptions({
      onSuccess: (pool) => {
        void queryClient.invalidateQueries(trpc.workers.pools.pathFilter());
        onCreated(pool);
      },
      onError: (error) => markRefused(form, error),
    }),
  );
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
      <Stack gap="md">
        <NameInput
          label="Name"
          description="Lowercase letters, digits, _ and -, such as gpu or production."
          data-autofocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <FormEnd
          form={form}
          saving={create}
          submit="Create pool"
          failed="Couldn’t create the pool"
          onCancel={onCancel}
        />
      </Stack>
    </form>
  );
};
