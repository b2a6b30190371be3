import type { ReactNode } from 'react';
import type { WorkerDetails } from '@secret-store/api/schemas';
import { DateTime, StateLabel, type StateTone } from '@secret-store/ui';

type Shown = WorkerDetails['state'] | 'stopped';

const labels: Readonly<Record<Shown, string>> = {
  online: 'Online',
  offline: 'Offline',
  revoked: 'Revoked',
  stopped: 'Stopped',
};

const tones: Readonly<Record<Shown, StateTone>> = {
  online: 'good',
  offline: 'none',
  revoked: 'bad',
  stopped: 'attention',
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

export const WorkerState = ({ worker }: { readonly worker: WorkerDetails }) => {
  const shown = shownState(worker);
  return (
    <StateLabel tone={tones[shown]} label={labels[shown]} maxWidth={220}>
      {explanation(worker)}
    </StateLabel>
  );
};
