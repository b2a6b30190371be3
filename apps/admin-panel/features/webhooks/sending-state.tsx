'use client';
import { Text } from '@mantine/core';
import type { SendingState as State } from '@secret-store/api/schemas';
import { DateTime, StateLabel } from '@secret-store/ui';

/** Whether events arrive; if not, why, and when the next try is. */
export const SendingState = ({ failingSince, failure, lastSent, nextTry }: State) => {
  if (failingSince !== null) {
    return (
      <StateLabel tone="bad" label="Failing">
        {failure} Since <DateTime value={failingSince} />.
        {nextTry !== null && (
          <>
            {' '}
            Next try <DateTime value={nextTry} />. No event is lost meanwhile.
          </>
        )}
      </StateLabel>
    );
  }
  return lastSent === null ? (
    <Text fz="sm" c="dimmed">
      Nothing to send yet
    </Text>
  ) : (
    <StateLabel tone="good" label="Working">
      Last sent <DateTime value={lastSent} />
    </StateLabel>
  );
};
