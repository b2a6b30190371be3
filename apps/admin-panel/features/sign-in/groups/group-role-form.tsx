'use client';
import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { GroupRoleRequest, OrganizationRole } from '@secret-store/api/schemas';
import { roles, roleWords } from '@/features/people/role-words.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { notifySuccess } from '@/page/notify.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';

interface GroupRoleFormProps {
  readonly connectionId: string;
  readonly onDone: () => void;
}

const requestFrom = (connectionId: string, group: string, gives: string) => {
  const [role = '', organization = null] = gives.split(' ');
  return GroupRoleRequest.safeParse({ connectionId, group: group.trim(), role, organization });
};

export const GroupRoleForm = ({ connectionId, onDone }: GroupRoleFormProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const organizations = useQuery(trpc.organizations.list.queryOptions());
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { group: '', gives: 'user' },
    validate: ({ group, gives }) =>
      requestFrom(connectionId, group, gives).success
        ? {}
        : { group: 'Enter the group as the identity provider names it' },
  });
  useDraft(() => form.isDirty());
  const set = useMutation(
    trpc.signInConnections.setGroupRole.mutationOptions({
      onSuccess: ({ group }) => {
        void queryClient.invalidateQueries(trpc.signInConnections.pathFilter());
        notifySuccess('Role given', `${group} gives it from each next sign-in on.`);
        onDone();
      },
      onError: (error) => markRefused(form, error),
    }),
  );
  return (
    <QueryStates query={organizations} what="the organizations">
      {(all) => (
        <form
          noValidate
          onSubmit={form.onSubmit(({ group, gives }) => {
            const request = requestFrom(connectionId, group, gives).data;
            if (request !== undefined) set.mutate(request);
          }, focusFirstError(form))}
        >
          <Stack gap="md">
            <TextInput
              label="Group"
              description="Exactly as the identity provider writes it, such as “/platform” or “secret-admins”."
              required
              withAsterisk={false}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              key={form.key('group')}
              {...form.getInputProps('group')}
            />
            <NativeSelect
              label="Gives"
              data={[
                { group: 'In the store', items: roles.map((role) => ({ value: role, label: roleWords[role] })) },
                ...all.map(({ name }) => ({
                  group: `In ${name}`,
                  items: OrganizationRole.options.map((role) => ({
                    value: `${role} ${name}`,
                    label: `${role} in ${name}`,
                  })),
                })),
              ]}
              key={form.key('gives')}
              {...form.getInputProps('gives')}
            />
            <FormEnd form={form} saving={set} submit="Give role" failed="Couldn’t give the role" onCancel={onDone} />
          </Stack>
        </form>
      )}
    </QueryStates>
  );
};
