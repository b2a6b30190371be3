'use client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { PlusIcon } from '@primer/octicons-react';
import { PageHeader, Section } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { WebhookList } from './webhook-list.tsx';

const WebhookCreateForm = loadedPart(
  'the form for a webhook',
  async () => (await import('./webhook-create-form.tsx')).WebhookCreateForm,
);

export const WebhooksPage = () => {
  const manages = usePermission('webhooks.manage');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Events of the audit, signed and sent to other systems in the order in which they happened."
        actions={
          manages && (
            <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={open}>
              New webhook
            </Button>
          )
        }
      />
      <SignedIn>
        <Section title="All webhooks" isFlush>
          <WebhookList />
        </Section>
        <FormModal opened={isOpen} onClose={close} title="New webhook">
          <WebhookCreateForm onDone={close} />
        </FormModal>
      </SignedIn>
    </>
  );
};
