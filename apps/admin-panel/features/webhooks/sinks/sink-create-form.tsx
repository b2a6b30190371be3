'use client';
import { SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { AuditSinkRequest } from '@secret-store/api/schemas';
import { MaskedTextarea } from '@secret-store/ui';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { EventsField } from '@/features/webhooks/events-field.tsx';
import { KeyShownOnce } from '@/features/webhooks/key-shown-once.tsx';
import { formatLabels, hostOf } from './sink-words.ts';

const placeholders = { syslog: 'tls://logs.example.com:6514', 'json-lines': 'https://logs.example.com/audit' };
const formats = [
  { value: 'syslog', label: formatLabels.syslog },
  { value: 'json-lines', label: formatLabels['json-lines'] },
] as const;

/** Makes a sink; of one for JSON lines it shows the key once. */
export const SinkCreateForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const formatId = useId();
  const [key, setKey] = useState<string | null>(null);
  const [format, setFormat] = useState<AuditSinkRequest['format']>('syslog');
  const form = useForm<AuditSinkRequest>({
    mode: 'uncontrolled',
    initialValues: {
      ...{ format: 'syslog', url: '', events: ['*'] },
      ...{ trustedCertificates: '', clientCertificate: '', clientKey: '' },
    },
    validate: validateWith(AuditSinkRequest),
  });
  useDraft(() => key === null && form.isDirty());
  const create = useMutation({
    // the answer is taken here, so that the mutation cache never has the key
    mutationFn: async (request: AuditSinkRequest) => {
      const created = await client.webhooks.createSink.mutate(request);
      if (created.key !== null) return setKey(created.key);
      notifySuccess('Sink created', `Events are sent to ${hostOf(request.url)} from now on.`);
      onDone();
    },
    // what was sent has a private key in it
    gcTime: 0,
    onSuccess: () => void queryClient.invalidateQueries(trpc.webhooks.pathFilter()),
    onError: (error) => markRefused(form, error),
  });
  if (key !== null) {
    return <KeyShownOnce value={key} of="sink" verified="a request" onDone={onDone} />;
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
      <Stack gap="md">
        <div>
          <Text id={formatId} fz="sm" fw={500} mb={4}>
            Format
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby={formatId}
            data={[...formats]}
            value={format}
            onChange={(value) => {
              setFormat(value);
              form.setFieldValue('format', value);
            }}
          />
        </div>
        <TextInput
          label="Address"
          description={
            format === 'syslog'
              ? 'Messages of RFC 5424 over TLS. Without a port, 6514 is used.'
              : 'Up to 100 events at a time are posted there. The store follows no redirects.'
          }
          placeholder={placeholders[format]}
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
          description="All, or those that it needs. An event never has a value in it."
          key={form.key('events')}
          {...form.getInputProps('events')}
        />
        <Textarea
          label="Trusted certificates"
          description="Optional, in PEM: the authority of its certificate, if the system does not know it."
          autosize
          minRows={2}
          maxRows={6}
          autoComplete="off"
          spellCheck={false}
          key={form.key('trustedCertificates')}
          {...form.getInputProps('trustedCertificates')}
        />
        <Textarea
          label="Client certificate"
          description="Optional, in PEM: what the store shows, if the receiver asks for it."
          autosize
          minRows={2}
          maxRows={6}
          autoComplete="off"
          spellCheck={false}
          key={form.key('clientCertificate')}
          {...form.getInputProps('clientCertificate')}
        />
        <MaskedTextarea
          label="Private key of the client certificate"
          description="In PEM, without a passphrase. It is stored encrypted and never shown again."
          key={form.key('clientKey')}
          {...form.getInputProps('clientKey')}
        />
        <FormEnd form={form} saving={create} submit="Create sink" failed="Couldn’t create the sink" onCancel={onDone} />
      </Stack>
    </form>
  );
};
