'use client';
import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { SecretProviderRequest, type ProviderInfo } from '@secret-store/api/schemas';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ProviderOutageLimit } from './provider-outage-limit.tsx';

const validate = validateWith(SecretProviderRequest.pick({ staleSeconds: true }));

/** The internal provider is part of the store: only how long its values serve in an outage is for administrators to say. */
export const InternalProviderForm = ({ provider }: { readonly provider: ProviderInfo }) => {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const form = useForm({ initialValues: { staleSeconds: provider.staleSeconds }, validate });
  useDraft(() => form.isDirty());
  const update = useMutation(
    trpc.providers.update.mutationOptions({
      onSuccess: () => {
        notifySuccess('Secret provider updated', 'Workers follow the new limit for outages.');
        router.push(paths.providers);
      },
      onError: (error) => markRefused(form, error),
      onSettled: () => queryClient.invalidateQueries(trpc.providers.pathFilter()),
    }),
  );
  const save = () => {
    const { staleSeconds } = form.getValues();
    const { id: providerId, name, description, factoryClassName, interfaceVersion } = provider;
    update.mutate({
      providerId,
      request: { name, description, factoryClassName, interfaceVersion, staleSeconds },
    });
  };
  return (
    <form noValidate autoComplete="off" onSubmit={form.onSubmit(save, focusFirstError(form))}>
      <Stack gap="lg" maw={640}>
        <ProviderOutageLimit {...form.getInputProps('staleSeconds')} />
        <FormEnd
          form={form}
          saving={update}
          submit="Update secret provider"
          failed="Couldn’t save the secret provider"
          onCancel={() => router.push(paths.providers)}
        />
      </Stack>
    </form>
  );
};
