'use client';
import { Button, Modal } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { PageHeader, Section, ShownTogether } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { ResealingNote } from '@/features/fleet/resealing-note.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { useTRPC } from '@/trpc.ts';
import { DeliveryTimes } from './delivery-times.tsx';
import { type InvitedPool, PoolInvitation } from './pool-invitation.tsx';
import { PoolList } from './pool-list.tsx';
import { WorkerList } from './worker-list.tsx';

const PoolCreateForm = loadedPart(
  'the form for a pool',
  async () => (await import('./pool-create-form.tsx')).PoolCreateForm,
);

type Open = { readonly dialog: 'create' } | { readonly dialog: 'invite'; readonly pool: InvitedPool };

const Fleet = () => {
  const trpc = useTRPC();
  const { isLoading } = useQuery(trpc.workers.list.queryOptions());
  const manages = usePermission('workers.manage');
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const invite = (pool: InvitedPool) => setOpen({ dialog: 'invite', pool });
  return (
    <>
      <ResealingNote />
      <ShownTogether isReady={!isLoading} what="the workers">
        <Section title="All workers" isFlush>
          <WorkerList />
        </Section>
        <Section
          title="Pools"
          description="The workers of a pool share a key. A value is sealed to the pools of its algorithm, and other workers can’t open it."
          isFlush
          actions={
            manages && (
              <Button
                variant="default"
                leftSection={<PlusIcon size={16} aria-hidden="true" />}
                onClick={() => setOpen({ dialog: 'create' })}
              >
                New pool
              </Button>
            )
          }
        >
          <PoolList onInvite={invite} />
        </Section>
        <DeliveryTimes />
      </ShownTogether>
      <FormModal opened={open?.dialog === 'create'} onClose={close} title="New pool">
        <PoolCreateForm onCreated={invite} onCancel={close} />
      </FormModal>
      {open?.dialog === 'invite' && (
        <Modal opened onClose={close} title={`Invite a worker to ${open.pool.name}`} size="lg">
          <PoolInvitation pool={open.pool} />
        </Modal>
      )}
    </>
  );
};

export const WorkersPage = () => (
  <>
    <PageHeader
      title="Workers"
      description="The machines that open values and run algorithms. Each belongs to one pool, and an algorithm runs in the pools that you choose for it."
    />
    <SignedIn>
      <Fleet />
    </SignedIn>
  </>
);
