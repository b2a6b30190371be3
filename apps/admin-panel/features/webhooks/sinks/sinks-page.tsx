'use client';
import { Anchor, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { PlusIcon } from '@primer/octicons-react';
import { PageHeader, Section } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { paths } from '@/paths.ts';
import { SinkList } from './sink-list.tsx';

const SinkCreateForm = loadedPart(
  'the form for a sink',
  async () => (await import('./sink-create-form.tsx')).SinkCreateForm,
);

export const SinksPage = () => {
  const manages = usePermission('webhooks.manage');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        above={<BackLink path={paths.audit} label="Audit" />}
        title="Forward the audit"
        description={
          <>
            Each event goes to the log servers below about a second after it happened. One that is down gets what it
            missed later.{' '}
            <Anchor component={PageLink} href={paths.guide('audit-forwarding')} underline="always">
              What is sent
            </Anchor>
          </>
        }
        actions={
          manages && (
            <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={open}>
              New sink
            </Button>
          )
        }
      />
      <SignedIn>
        <Section title="All sinks" isFlush>
          <SinkList />
        </Section>
        <FormModal opened={isOpen} onClose={close} title="New sink">
          <SinkCreateForm onDone={close} />
        </FormModal>
      </SignedIn>
    </>
  );
};
