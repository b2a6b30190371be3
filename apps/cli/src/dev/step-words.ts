import type { Preparation } from './store-client.ts';

/** What a step of the preparation does, in words; an unknown step of a later store has its own name. */
const words: Readonly<Record<string, string>> = {
  received: 'received',
  format: 'format verified',
  hash: 'hash noted',
  signature: 'signature verified',
  start: 'started',
  configuration: 'configured',
  create: 'test secret created',
  read: 'read on a worker',
  update: 'updated',
  delete: 'deleted',
  stored: 'stored',
  existing: 'stored secrets found',
  active: 'active',
};

const nameOf = (step: string): string => words[step] ?? step;

/** The steps that are done, in one line. */
export const doneSteps = ({ steps }: Preparation): string =>
  steps
    .filter(({ state }) => state === 'done')
    .map(({ step }) => nameOf(step))
    .join(', ');

/** Steps that are not simply done, a line each, with the store's reason. */
export const remarkableSteps = ({ steps }: Preparation): string[] =>
  steps.flatMap(({ step, state, message }) =>
    message === '' || state === 'pending' ? [] : [`${step}: ${state === 'done' ? '' : `${state}, `}${message}`],
  );
