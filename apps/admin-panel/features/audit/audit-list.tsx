'use client';
import { Button, Code, Modal, Text } from '@mantine/core';
import { LogIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { AuditEvent, AuditQuery } from '@secret-store/api/schemas';
import { DateTime, EmptyState, StateLabel, type RecordColumn } from '@secret-store/ui';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';
import { AuditEventDetails } from './audit-event-details.tsx';
import { actionInWords } from './audit-words.ts';
import { EventSentence } from './event-sentence.tsx';

/** Events, newest first. */
export const AuditList = ({ query }: { readonly query: AuditQuery }) => {
  const trpc = useTRPC();
  const id = useId();
  const pages = usePages();
  const [shown, setShown] = useState<AuditEvent | null>(null);
  const events = useQuery(
    trpc.audit.list.queryOptions({ ...query, ...pages.request }, { placeholderData: keepPreviousData }),
  );
  const columns: readonly RecordColumn<AuditEvent>[] = [
    {
      title: 'What',
      isName: true,
      render: (event) => (
        <div id={`${id}-${event.sequence}`}>
          <EventSentence event={event} places={events.data?.places ?? {}} />
          <Text fz="xs" c="dimmed" mt={2}>
            {actionInWords(event.action)} <Code fz="xs">{event.action}</Code>
          </Text>
        </div>
      ),
    },
    {
      title: 'When',
      render: ({ at, outcome }) => (
        <div>
          <Text fz="sm" component="div">
            <DateTime value={at} />
          </Text>
          {outcome === 'refused' && <StateLabel tone="bad" label="Refused" />}
        </div>
      ),
    },
    {
      title: 'Actions',
      isActions: true,
      render: (event) => (
        <Button
          variant="default"
          size="xs"
          aria-describedby={`${id}-${event.sequence}`}
          onClick={() => setShown(event)}
        >
          Details
        </Button>
      ),
    },
  ];
  return (
    <>
      <PagedRecords
        query={events}
        what="the audit"
        pages={pages}
        label="Audit"
        columns={columns}
        keyOf={({ sequence }) => String(sequence)}
        empty={
          <EmptyState icon={<LogIcon size={24} />} title="No such events">
            Nothing that happened matches. Names must be whole.
          </EmptyState>
        }
      />
      <Modal opened={shown !== null} onClose={() => setShown(null)} title="Event" size="lg">
        {shown !== null && <AuditEventDetails event={shown} />}
      </Modal>
    </>
  );
};
