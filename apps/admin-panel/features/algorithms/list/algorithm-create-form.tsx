'use client';
import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { AlgorithmRequest } from '@secret-store/api/schemas';
import { NameInput } from '@secret-store/ui';
import { useOwnersToManage, usePermission, useSession } from '@/features/session/session.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

export const AlgorithmCreateForm = () => {
  const actor = useSession();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const managesAll = usePermission('algorithms.manage');
  const owners = useOwnersToManage();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { owner: actor.username, name: '' },
    validate: validateWith(AlgorithmRequest),
  });
  useDraft(() => form.isDirty());
  const create = useMutation(
    trpc.algorithms.create.mutationOptions({
      onSuccess: ({ owner, name }) => {
        void queryClient.invalidateQueries(trpc.algorithms.pathFilter());
        notifySuccess('Algorithm created', `${owner}/${name} is ready for its first secret.`);
        router.push(paths.algorithmSettings(owner, name));
      },
      onError: (error) => markRefused(form, error),
    }),
  );

  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
      <Stack gap="md" maw={480}>
        {managesAll || owners.length === 1 ? (
          <TextInput
            label="Owner"
            description={
              managesAll
                ? 'The user or organization it belongs to.'
                : 'You can create algorithms only under your own account.'
            }
            required
            withAsterisk={false}
            readOnly={!managesAll}
            autoCapitalize="none"
            spellCheck={false}
            key={form.key('owner')}
            {...form.getInputProps('owner')}
          />
        ) : (
          <NativeSelect
            label="Owner"
            description="Your own name, or an organization of which you are an admin."
            data={owners}
            key={form.key('owner')}
            {...form.getInputProps('owner')}
          />
        )}
        <NameInput
          label="Name"
          autoFocus
          description="Lowercase letters, digits, _ and -."
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <FormEnd
          form={form}
          saving={create}
          submit="Create Algorithm"
          failed="Couldn’t create the algorithm"
          onCancel={() => router.push(paths.algorithms)}
        />
      </Stack>
    </form>
  );
};
