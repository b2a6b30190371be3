import { Code } from '@mantine/core';
import type { AuditEvent } from '@secret-store/api/schemas';
import { DateTime, FactList } from '@secret-store/ui';
import { actionInWords } from './audit-words.ts';

/** All that an event says. */
export const AuditEventDetails = ({ event }: { readonly event: AuditEvent }) => (
  <FactList
    facts={[
      { name: 'What', fact: actionInWords(event.action) },
      { name: 'Action', fact: <Code>{event.action}</Code> },
      { name: 'Outcome', fact: event.outcome === 'done' ? 'Done' : 'Refused' },
      { name: 'When', fact: <DateTime value={event.at} /> },
      { name: 'Who', fact: `${event.actor.name ?? '–'} (${event.actor.type} ${event.actor.id})` },
      { name: 'About', fact: `${event.subject.name ?? '–'} (${event.subject.type} ${event.subject.id})` },
      { name: 'Address', fact: event.address ?? '–' },
      {
        name: 'Details',
        fact: (
          <Code block tabIndex={0} role="group" aria-label="Details">
            {JSON.stringify(event.details, null, 2)}
          </Code>
        ),
      },
      { name: 'Place in the chain', fact: event.sequence.toLocaleString() },
    ]}
  />
);
