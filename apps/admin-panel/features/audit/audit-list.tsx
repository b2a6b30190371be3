'use client';
import { Anchor, Button, Code, Modal, Text } from '@mantine/core';
import { LogIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useId, useState } from 'react';
import type { AuditEvent, AuditQuery } from '@secret-store/api/schemas';
import { DateTime, EmptyState, StateLabel, type RecordColumn } from '@secret-store/ui';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';
import { AuditEventDetails } from './audit-event-details.tsx';
import { actionInWords, actorInWords, subjectPath } from './audit-words.ts';

const Subject = ({ subject }: Pick<AuditEvent, 'subject'>) => {
  const path = subjectPath(subject);
  const name = subject.name ?? `${subject.id.slice(0, 8)}…`;
  return (
    <div>
      {path === null ? (
        <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
      ) : (
        <Anchor component={Link} href={path} fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Anchor>
      )}
      <Text fz="xs" c="dimmed">
        {subject.type}
      </Text>
    </div>
  );
};

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
      render: ({ action, sequence }) => (
        <div id={`${id}-${sequence}`}>
          <Text fz="sm">{actionInWords(action)}</Text>
          <Code fz="xs">{action}</Code>
        </div>
      ),
    },
    { title: 'Who', render: ({ actor }) => <Text fz="sm">{actorInWords(actor)}</Text> },
    { title: 'About', render: ({ subject }) => <Subject subject={subject} /> },
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
