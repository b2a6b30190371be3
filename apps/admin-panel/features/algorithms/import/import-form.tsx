'use client';
import { Alert, Button, FileButton, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { UploadIcon } from '@primer/octicons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState, type DragEvent } from 'react';
import type { ProviderInfo, ProviderOffer } from '@secret-store/api/schemas';
import { FormActions, LoadingRows, MaskedTextarea } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { chosenProviderProblem, providerOptions } from '@/features/algorithms/provider-options.ts';
import { preselectedProvider, useLastProvider } from '@/features/algorithms/use-last-provider.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { FormFailure } from '@/forms/form-failure.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { ImportPlan } from './import-plan.tsx';
import { UnreadLines } from './unread-lines.tsx';
import { useImportPlan } from './use-import-plan.ts';

interface ImportFormProps {
  readonly algorithmId: string;
  readonly providers: readonly ProviderInfo[];
  /** undefined: they cannot be loaded */
  readonly offers: readonly ProviderOffer[] | undefined;
  /** what was pasted elsewhere */
  readonly initialText: string;
  readonly onDone: () => void;
}

const variables = (count: number) => (count === 1 ? '1 variable' : `${count.toLocaleString()} variables`);

export const ImportForm = ({ algorithmId, providers, offers, initialText, onDone }: ImportFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [last, remember] = useLastProvider();
  const [text, setText] = useState(initialText);
  const [providerId, setProviderId] = useState(() => preselectedProvider(providers, offers ?? [], last));
  const { plan, look } = useImportPlan(algorithmId);
  useDraft(() => text !== '');
  const entries = plan.entries ?? [];
  const refused = entries.filter(({ action }) => action === 'refuse').length;
  const change = (next: string) => {
    setText(next);
    look({ text: next, provider_id: providerId });
  };
  // later changes ask themselves
  const lookAtFirst = useEffectEvent(() => {
    if (initialText !== '') look({ text: initialText, provider_id: providerId });
  });
  useEffect(() => lookAtFirst(), []);
  const read = async (file: File | null | undefined) => {
    if (file) change(await file.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  const save = useMutation({
    // the text is read here, so that the mutation cache never has it
    mutationFn: () =>
      client.secrets.import.mutate({ algorithmId, request: { text, provider_id: providerId, apply: true } }),
    onSuccess: ({ results }) => {
      if (results.some(({ action }) => action === 'refuse')) return look({ text, provider_id: providerId });
      remember(providerId);
      notifySuccess('Secrets imported', `The algorithm has ${variables(results.length)} of the file.`);
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.pathFilter()),
  });

  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <Stack gap="md">
        <MaskedTextarea
          label=".env file"
          description="Paste it, or drop the file here. Values are never shown, not even in the plan."
          placeholder={'NAME=value'}
          data-autofocus
          value={text}
          onChange={({ currentTarget: { value } }) => change(value)}
        />
        <Group gap="md" align="flex-end">
          <NativeSelect
            label="Secret provider"
            description="Where new secrets are stored. Existing ones stay where they are."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            data={providerOptions(providers, offers)}
            error={chosenProviderProblem(providers, offers, providerId)}
            value={providerId}
            onChange={({ currentTarget: { value } }) => {
              setProviderId(value);
              look({ text, provider_id: value });
            }}
            flex="1 1 240px"
          />
          <FileButton onChange={(file) => void read(file)}>
            {(button) => (
              <Button {...button} variant="default" mb={24} leftSection={<UploadIcon size={16} aria-hidden="true" />}>
                Choose a file
              </Button>
            )}
          </FileButton>
        </Group>
        {plan.isPending && entries.length === 0 && <LoadingRows label="Making the plan" />}
        <FormFailure failure={plan.failure} title="Couldn’t read the text" />
        {entries.length > 0 && <ImportPlan entries={entries} />}
        <UnreadLines lines={plan.unread} />
        {refused > 0 && (
          <Alert color="red" title={`${variables(refused)} can’t be imported`}>
            <Text fz="sm">
              Fix or remove {refused === 1 ? 'it' : 'them'} in the text above. Until then nothing is imported.
            </Text>
          </Alert>
        )}
        <FormFailure failure={save.error === null ? null : failureOf(save.error)} title="Couldn’t import the secrets" />
        <FormActions>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={entries.length === 0 || refused > 0 || plan.isPending}
          >
            {entries.length === 0 ? 'Import' : `Import ${variables(entries.length)}`}
          </Button>
          <Button variant="subtle" color="gray" onClick={onDone} disabled={save.isPending}>
            Cancel
          </Button>
        </FormActions>
      </Stack>
    </form>
  );
};
