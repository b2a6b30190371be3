import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { WorkerDetails } from '@secret-store/api/schemas';
import { DateTime } from '@secret-store/ui';
import classes from './worker-state.module.css';

type Shown = WorkerDetails['state'] | 'stopped';

const labels: Readonly<Record<Shown, string>> = {
  online: 'Online',
  offline: 'Offline',
  revoked: 'Revoked',
  stopped: 'Stopped',
};

const shownState = ({ state, stopped }: WorkerDetails): Shown =>
  state !== 'revoked' && stopped !== null ? 'stopped' : state;

const explanation = (worker: WorkerDetails): ReactNode => {
  const { lastSeen, revoked, isRevocationFinal, pool } = worker;
  switch (shownState(worker)) {
    case 'online':
      return null;
    case 'offline':
      return lastSeen === null ? (
        'Not seen yet'
      ) : (
        <>
          Last seen <DateTime value={lastSeen} />
        </>
      );
    case 'stopped':
      return 'A copy of its folder was used. Remove the folder, and let the worker join again.';
    case 'revoked':
      return (
        <>
          {revoked !== null && <DateTime value={revoked} />}
          {!isRevocationFinal && <div>{`The pool ${pool} gets a new key when a worker of it is online.`}</div>}
        </>
      );
  }
};

/** A word beside the dot, because not everyone can tell the colors apart. */
export const WorkerState = ({ worker }: { readonly worker: WorkerDetails }) => {
  const shown = shownState(worker);
  const more = explanation(worker);
  return (
    <div>
      <Group gap={8} wrap="nowrap">
        <span className={classes.dot} data-state={shown} aria-hidden="true" />
        <Text fz="sm" style={{ whiteSpace: 'nowrap' }}>
          {labels[shown]}
        </Text>
      </Group>
      {more !== null && (
        <Text component="div" fz="xs" c="dimmed" mt={2} maw={220}>
          {more}
        </Text>
      )}
    </div>
  );
};
