import type { Envelope, WorkerPoll, WorkerPollAnswer } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import type { WorkerIdentity } from './authentication/find-member.ts';
import { takeCheck } from './take-check.ts';

/** A worker's regular request: tells the newest audit head that it has seen, and asks for work. */
export const answerPoll = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>,
  worker: Pick<WorkerIdentity, 'poolId'>,
  poll: WorkerPoll,
): Promise<WorkerPollAnswer> => {
  const { ledger, keys } = deps;
  if (poll.head !== null) ledger.standing.tell(poll.head);
  return {
    task: await takeCheck(deps, worker),
    // a backend that asks the workers what it should believe must not hear itself
    head: ledger.standing.isAsking ? null : ledger.chain.signedHead,
    backendCertificate: keys.certificate,
    epoch: newerEpoch(deps, poll.epoch),
  };
};

/** The restore that the store follows, where the worker follows an earlier one or none. */
export const newerEpoch = ({ ledger }: Pick<Dependencies, 'ledger'>, followed = 0): Envelope | null => {
  const { epoch, standing } = ledger;
  return epoch !== null && epoch.number > followed && !standing.isAsking ? epoch.envelope : null;
};
