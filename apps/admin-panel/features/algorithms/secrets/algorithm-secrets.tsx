'use client';
import { Button, Checkbox, Code, Group, Modal, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { KeyIcon, PlusIcon } from '@primer/octicons-react';
import { useDeferredValue, useId, useState, type ReactNode } from 'react';
import { reasonReserved } from '@secret-store/api/reserved-variables';
import type { Algorithm, ListedSecret } from '@secret-store/api/schemas';
import { DateTime, EmptyState, LoadingRows, type RecordColumn, RowAction } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { countOf, SecretsRemoval } from '@/features/algorithms/bulk/secrets-removal.tsx';
import { SecretAge } from '@/features/algorithms/secret-table/secret-age.tsx';
import { SecretTable } from '@/features/algorithms/secret-table/secret-table.tsx';
import { useSecretView } from '@/features/algorithms/secret-table/use-secret-view.ts';
import { useSecretsPage } from '@/features/algorithms/secret-table/use-secrets-page.ts';
import { useSelection } from '@/features/algorithms/secret-table/use-selection.ts';
import { DeliveryOfSecret, SecretDeliveries } from '@/features/delivery/secret-deliveries.tsx';
import { useProviderNames } from '@/features/providers/use-provider-names.ts';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { FileDrop } from './file-drop.tsx';
import { SecretRemoval } from './secret-removal.tsx';
import { SecretsSection } from './secrets-section.tsx';

const SecretCreateForm = loadedPart(
  'the form for a secret',
  async () => (await import('@/features/algorithms/secret-form/secret-create-form.tsx')).SecretCreateForm,
);
const SecretsCopy = loadedPart(
  'the copy of secrets',
  async () => (await import('@/features/algorithms/copying/secrets-copy.tsx')).SecretsCopy,
);
const SecretImport = loadedPart(
  'the import of a file',
  async () => (await import('@/features/algorithms/import/secret-import.tsx')).SecretImport,
);
const SecretVersions = loadedPart(
  'the versions of a secret',
  async () => (await import('@/features/algorithms/versions/secret-versions.tsx')).SecretVersions,
);
const SecretUpdateForm = loadedPart(
  'the form for a change',
  async () => (await import('@/features/algorithms/secret-form/secret-update-form.tsx')).SecretUpdateForm,
);
const SecretDelivery = loadedPart(
  'the delivery of a secret',
  async () => (await import('@/features/delivery/secret-delivery.tsx')).SecretDelivery,
);

type Open =
  | { readonly dialog: 'create' }
  | { readonly dialog: 'import'; readonly text: string }
  | { readonly dialog: 'update' | 'remove' | 'delivery' | 'versions'; readonly secret: ListedSecret }
  | { readonly dialog: 'remove several' | 'copy'; readonly secrets: readonly ListedSecret[] };

const isReserved = (secret: ListedSecret) => reasonReserved(secret.secret_key) !== null;

interface AlgorithmSecretsProps {
  readonly algorithm: Algorithm;
  /** whether the person may change its secrets */
  readonly manages: boolean;
  /** below the list; shown once its length is known, so that the list pushes nothing down when it comes */
  readonly children: ReactNode;
}

export const AlgorithmSecrets = ({ algorithm, manages, children }: AlgorithmSecretsProps) => {
  const id = useId();
  const isNarrow = useMediaQuery('(max-width: 36em)') ?? false;
  const providerName = useProviderNames();
  const view = useSecretView();
  const secrets = useSecretsPage(algorithm.id, view);
  // in small steps, together with what stands below
  const isShown = useDeferredValue(!secrets.isPending);
  const shown = secrets.data?.results ?? [];
  const selection = useSelection(shown);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const create = () => setOpen({ dialog: 'create' });
  const importText = (text: string) => setOpen({ dialog: 'import', text });

  const columns: RecordColumn<ListedSecret>[] = [
    {
      title: 'Secret',
      isName: true,
      render: (secret) => (
        <Group gap="sm" wrap="nowrap" align="flex-start">
          {manages && (
            <Checkbox
              aria-label="Select"
              aria-describedby={`${id}-${secret.id}`}
              checked={selection.has(secret.id)}
              onChange={({ currentTarget: { checked } }) =>
                checked ? selection.add([secret]) : selection.drop([secret.id])
              }
            />
          )}
          <div>
            <div id={`${id}-${secret.id}`}>
              <Text fw={500}>{secret.short_name}</Text>
              {secret.description !== '' && (
                <Text c="dimmed" fz="sm" lineClamp={2}>
                  {secret.description}
                </Text>
              )}
              <Text c="dimmed" fz="xs" mt={2}>
                Updated <DateTime value={secret.modified} />
                {secret.changedBy !== null && ` by ${secret.changedBy}`}
              </Text>
              {secret.reference === null && <SecretAge secret={secret} />}
            </div>
            <Button
              variant="transparent"
              size="compact-xs"
              px={0}
              aria-describedby={`${id}-${secret.id}`}
              onClick={() => setOpen({ dialog: 'versions', secret })}
            >
              Show versions
            </Button>
          </div>
        </Group>
      ),
    },
    {
      title: 'Variable',
      render: (secret) => (
        <div>
          <Text ff="monospace" fz="sm" miw="18ch">
            {secret.secret_key}
          </Text>
          {isReserved(secret) && (
            <Text fz="xs" c="dimmed">
              This name is reserved now. The secret is still delivered and can be removed, but not updated.
            </Text>
          )}
        </div>
      ),
    },
    {
      title: 'Provider',
      render: ({ provider_id, reference }) => (
        <div>
          <Text fz="sm">{providerName(provider_id)}</Text>
          {reference !== null && (
            <Text fz="xs" c="dimmed">
              In the vault: <Code fz="xs">{reference}</Code>
            </Text>
          )}
        </div>
      ),
    },
    {
      title: 'Delivery',
      render: (secret) => (
        <div>
          <DeliveryOfSecret secretId={secret.id} />
          <Button
            variant="transparent"
            size="compact-xs"
            px={0}
            aria-describedby={`${id}-${secret.id}`}
            onClick={() => setOpen({ dialog: 'delivery', secret })}
          >
            Show workers
          </Button>
        </div>
      ),
    },
  ];
  const actions: RecordColumn<ListedSecret> = {
    title: 'Actions',
    isActions: true,
    render: (secret) => (
      <Group gap="xs" wrap="nowrap" display="inline-flex">
        <Button
          variant="default"
          size="xs"
          aria-describedby={`${id}-${secret.id}`}
          disabled={isReserved(secret)}
          onClick={() => setOpen({ dialog: 'update', secret })}
        >
          Update
        </Button>
        <RowAction
          label="Remove"
          rowId={`${id}-${secret.id}`}
          isDestructive
          onClick={() => setOpen({ dialog: 'remove', secret })}
        />
      </Group>
    ),
  };

  return (
    <>
      <SecretsSection
        actions={
          manages && (
            <Group gap="sm">
              <Button variant="default" onClick={() => importText('')}>
                Import .env
              </Button>
              <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={create}>
                New secret
              </Button>
            </Group>
          )
        }
      >
        <FileDrop onText={manages ? importText : null}>
          {isShown ? (
            <QueryStates query={secrets} what="the secrets">
              {(found) =>
                found.ofAlgorithm === 0 ? (
                  <EmptyState
                    icon={<KeyIcon size={24} />}
                    title="No secrets yet"
                    action={
                      manages && (
                        <Button variant="light" onClick={create}>
                          Add a secret
                        </Button>
                      )
                    }
                  >
                    Add a password, token or key. The algorithm gets it as an environment variable.
                  </EmptyState>
                ) : (
                  <SecretDeliveries algorithmId={algorithm.id} secretIds={found.results.map((secret) => secret.id)}>
                    <SecretTable
                      found={found}
                      view={view}
                      columns={manages ? [...columns, actions] : columns}
                      selection={selection}
                      providerName={providerName}
                      actions={
                        manages && (
                          <>
                            <Button
                              variant="default"
                              size="xs"
                              onClick={() => setOpen({ dialog: 'copy', secrets: selection.ticked })}
                            >
                              Copy to another algorithm…
                            </Button>
                            <Button
                              variant="outline"
                              color="red"
                              size="xs"
                              onClick={() => setOpen({ dialog: 'remove several', secrets: selection.ticked })}
                            >
                              Remove {countOf(selection.ticked.length)}…
                            </Button>
                          </>
                        )
                      }
                    />
                  </SecretDeliveries>
                )
              }
            </QueryStates>
          ) : (
            <LoadingRows label="Loading the secrets" />
          )}
        </FileDrop>

        <FormModal
          opened={open?.dialog === 'create'}
          onClose={close}
          title="New secret"
          size="lg"
          fullScreen={isNarrow}
        >
          <SecretCreateForm algorithmId={algorithm.id} onDone={close} onSeveral={importText} />
        </FormModal>
        <FormModal
          opened={open?.dialog === 'import'}
          onClose={close}
          title="Import .env"
          size="lg"
          fullScreen={isNarrow}
        >
          {open?.dialog === 'import' && (
            <SecretImport algorithmId={algorithm.id} initialText={open.text} onDone={close} />
          )}
        </FormModal>
        <FormModal
          opened={open?.dialog === 'copy'}
          onClose={close}
          title={open?.dialog === 'copy' ? `Copy ${countOf(open.secrets.length)} to another algorithm` : ''}
          size="lg"
          fullScreen={isNarrow}
        >
          {open?.dialog === 'copy' && <SecretsCopy algorithmId={algorithm.id} chosen={open.secrets} onDone={close} />}
        </FormModal>
        <FormModal
          opened={open?.dialog === 'update'}
          onClose={close}
          title={open?.dialog === 'update' ? `Update ${open.secret.secret_key}` : ''}
          size="lg"
          fullScreen={isNarrow}
        >
          {open?.dialog === 'update' && (
            <SecretUpdateForm
              secret={open.secret}
              providerName={providerName(open.secret.provider_id)}
              onDone={close}
            />
          )}
        </FormModal>
        <Modal
          opened={open?.dialog === 'delivery'}
          onClose={close}
          title={open?.dialog === 'delivery' ? `Delivery of ${open.secret.secret_key}` : ''}
          size={880}
          fullScreen={isNarrow}
        >
          {open?.dialog === 'delivery' && <SecretDelivery algorithmId={algorithm.id} secretId={open.secret.id} />}
        </Modal>
        {open?.dialog === 'versions' && (
          <SecretVersions secret={open.secret} canRestore={manages} isNarrow={isNarrow} onDone={close} />
        )}
        {open?.dialog === 'remove several' && (
          <SecretsRemoval algorithmId={algorithm.id} chosen={open.secrets} onRemoved={selection.drop} onClose={close} />
        )}
        {open?.dialog === 'remove' && (
          <SecretRemoval
            secret={open.secret}
            providerName={providerName(open.secret.provider_id)}
            onRemoved={() => {
              selection.drop([open.secret.id]);
              close();
            }}
            onClose={close}
          />
        )}
      </SecretsSection>
      <div hidden={!isShown}>{children}</div>
    </>
  );
};
