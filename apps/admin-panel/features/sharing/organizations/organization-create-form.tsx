'use client';
import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { OrganizationRequest } from '@secret-store/api/schemas';
import { NameInput } from '@secret-store/ui';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

export const OrganizationCreateForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', displayName: '' },
    validate: validateWith(OrganizationRequest),
  });
  useDraft(() => form.isDirty());
  const create = useMutation(
    trpc.organizations.create.mutationOptions({
      onSuccess: ({ name }) => {
        void queryClient.invalidateQueries(trpc.organizations.pathFilter());
        // what one may create algorithms under
        void queryClient.invalidateQueries(trpc.session.pathFilter());
        notifySuccess('Organization created', `You are the first admin of ${name}. Add its members.`);
        onDone();
        router.push(paths.organization(name));
      },
      onError: (error) => markRefused(form, error),
    }),
  );
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
      <Stack gap="md">
        <NameInput
          label="Name"
          description="Lowercase letters, digits, _ and -. Its algorithms are called name/algorithm, so it can’t be changed later."
          data-autofocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Display name"
          required
          withAsterisk={false}
          autoComplete="off"
          key={form.key('displayName')}
          {...form.getInputProps('displayName')}
        />
        <FormEnd
          form={form}
          saving={create}
          submit="Create organization"
          failed="Couldn’t create the organization"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
