import { List, Text } from '@mantine/core';
import type { AlgorithmHistory } from '@secret-store/api/schemas';
import { DateTime } from '@secret-store/ui';
import { actionInWords } from './audit-words.ts';
import { EventSentence } from './event-sentence.tsx';

/** What happened, newest first. */
export const EventList = ({ events, places }: Pick<AlgorithmHistory, 'events' | 'places'>) => (
  <List listStyleType="none" spacing="md" aria-label="History">
    {events.map((event) => (
      <List.Item key={event.sequence}>
        <EventSentence event={event} places={places} />
        <Text fz="xs" c="dimmed" component="div">
          <DateTime value={event.at} />, {actionInWords(event.action)}
        </Text>
      </List.Item>
    ))}
  </List>
);
