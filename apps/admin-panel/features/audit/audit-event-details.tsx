import { Code } from '@mantine/core';
import type { AuditEvent } from '@secret-store/api/schemas';
import { DateTime, FactList } from '@secret-store/ui';
import { actionInWords } from './audit-words.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

/** The API key that the event was caused with. */
const keyFacts = ({ key }: AuditEvent['details']) => {
  if (typeof key !== 'object' || key === null || !('id' in key && 'name' in key && 'madeBy' in key)) return [];
  const { id, name, madeBy } = key;
  const words = [
    isText(name) ? name : 'Without a name',
    isText(id) && `(${id})`,
    isText(madeBy) && `made by ${madeBy}`,
  ];
  return [{ name: 'API key', fact: words.filter(isText).join(' ') }];
};

/** All that an event says. */
export const AuditEventDetails = ({ event }: { readonly event: AuditEvent }) => (
  <FactList
    facts={[
      { name: 'What', fact: actionInWords(event.action) },
      { name: 'Action', fact: <Code>{event.action}</Code> },
      { name: 'Outcome', fact: event.outcome === 'done' ? 'Done' : 'Refused' },
      { name: 'When', fact: <DateTime value={event.at} /> },
      { name: 'Who', fact: `${event.actor.name ?? '–'} (${event.actor.type} ${event.actor.id})` },
      ...keyFacts(event.details),
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
