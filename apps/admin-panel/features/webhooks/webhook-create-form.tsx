'use client';
import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { WebhookRequest } from '@secret-store/api/schemas';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { EventsField } from './events-field.tsx';
import { KeyShownOnce } from './key-shown-once.tsx';

/** Makes a webhook, and then shows its key once. */
export const WebhookCreateForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [key, setKey] = useState<string | null>(null);
  const form = useForm<WebhookRequest>({
    mode: 'uncontrolled',
    initialValues: { url: '', events: ['secret.'] },
    validate: validateWith(WebhookRequest),
  });
  useDraft(() => key === null && form.isDirty());
  const create = useMutation({
    // the answer is taken here, so that the mutation cache never has the key
    mutationFn: async (request: WebhookRequest) => setKey((await client.webhooks.create.mutate(request)).key),
    onSuccess: () => void queryClient.invalidateQueries(trpc.webhooks.pathFilter()),
    onError: (error) => markRefused(form, error),
  });
  if (key !== null) {
    return <KeyShownOnce value={key} of="webhook" verified="an event" onDone={onDone} />;
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
      <Stack gap="md">
        <TextInput
          label="Address"
          description="Each event is posted there. The store follows no redirects."
          placeholder="https://hooks.example.com/secret-store"
          type="url"
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          key={form.key('url')}
          {...form.getInputProps('url')}
        />
        <EventsField
          description="What happens in the store, as the audit names it. An event never has a value in it."
          key={form.key('events')}
          {...form.getInputProps('events')}
        />
        <FormEnd
          form={form}
          saving={create}
          submit="Create webhook"
          failed="Couldn’t create the webhook"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
