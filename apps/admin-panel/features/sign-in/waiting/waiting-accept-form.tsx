'use client';
import { Input, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { WaitingAccountDecision, type WaitingAccountInfo } from '@secret-store/api/schemas';
import { Choice } from '@secret-store/ui';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { reasonInWords } from './waiting-words.ts';

interface WaitingAcceptFormProps {
  readonly account: WaitingAccountInfo;
  readonly onDone: () => void;
}

const meanings: Readonly<Record<WaitingAccountDecision['as'], string>> = {
  new: 'The person gets an account of this name. Algorithms that already have this owner become theirs.',
  existing:
    'The person signs in to this account from now on, with all that it may do. Check first that it is the same person.',
};

export const WaitingAcceptForm = ({ account, onDone }: WaitingAcceptFormProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { id: waitingId, username: given, connection, wantedName, reason } = account;
  const [as, setAs] = useState<WaitingAccountDecision['as']>('new');
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: reason === 'name-taken' ? '' : wantedName },
    validate: validateWith(WaitingAccountDecision.pick({ username: true })),
  });
  useDraft(() => form.isDirty());
  const accept = useMutation(
    trpc.waitingAccounts.accept.mutationOptions({
      onSuccess: (_done, { username }) => {
        void queryClient.invalidateQueries(trpc.waitingAccounts.pathFilter());
        void queryClient.invalidateQueries(trpc.users.pathFilter());
        notifySuccess('Person accepted', `${given} of ${connection} signs in as ${username} from now on.`);
        onDone();
      },
      onError: (error) => markRefused(form, error),
    }),
  );
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ username }) => accept.mutate({ waitingId, as, username }), focusFirstError(form))}
    >
      <Stack gap="md">
        <Text fz="sm">
          {connection} names the person “{given}”{wantedName === '' ? '' : `, which is ${wantedName} as a username`}.{' '}
          {reasonInWords(account)}
        </Text>
        <Input.Wrapper component="div" label="Accept as" labelElement="div">
          <Choice
            label="Accept as"
            options={[
              { key: 'new', label: 'New account' },
              { key: 'existing', label: 'Existing account' },
            ]}
            chosen={as}
            onChoose={setAs}
          />
        </Input.Wrapper>
        <TextInput
          label="Username"
          description={meanings[as]}
          required
          withAsterisk={false}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <FormEnd
          form={form}
          saving={accept}
          submit={as === 'new' ? 'Create account' : 'Link to account'}
          failed="Couldn’t accept the person"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
