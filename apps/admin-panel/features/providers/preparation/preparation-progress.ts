import { preparationSteps, type ModuleUploadResult, type Preparation, type PreparationStep } from '@secret-store/api/schemas';
import type { Step, StepState } from '@secret-store/ui';

export const stepWords: Readonly<Record<PreparationStep, string>> = {
  received: 'File received',
  format: 'Format',
  hash: 'Hash',
  signature: 'Signature',
  start: 'Starts in the sandbox',
  configuration: 'Configuration accepted',
  create: 'Create a throw-away secret',
  read: 'Read it on a worker',
  update: 'Update it',
  delete: 'Delete it',
  active: 'Active',
};

export interface Progress {
  readonly state: Preparation['state'];
  /** the step that it stands at, or that failed */
  readonly step: PreparationStep;
  readonly message: string;
  readonly steps: readonly Step[];
}

/** What is known of a preparation before the store was asked how far it is, or after it keeps nothing of it. */
export interface KnownOfUpload {
  /** 0 to 100 while the file is on its way; null: there is none, or it has arrived */
  readonly percent: number | null;
  readonly result: ModuleUploadResult | null;
}

const stateAt = (state: Progress['state']): StepState =>
  ({ running: 'running', waiting: 'waiting', failed: 'failed', active: 'done' } as const)[state];

const stepsAt = (at: PreparationStep, state: Progress['state'], message: string, percent: number | null): Step[] => {
  const position = preparationSteps.indexOf(at);
  return preparationSteps.map((step, index) => ({
    key: step,
    label: stepWords[step],
    state: index < position ? 'done' : index > position ? 'pending' : stateAt(state),
    ...(index === position && { message: state === 'active' ? '' : message, percent }),
  }));
};

const ofPreparation = ({ state, step, message, steps }: Preparation): Progress => ({
  state,
  step,
  message,
  steps: steps.map((entry) => {
    const standsHere = entry.step === step;
    const waits = state === 'waiting' && standsHere;
    // what is said of the whole is said where it stands, and once
    const words = entry.message !== '' || !standsHere || state === 'active' ? entry.message : message;
    return { key: entry.step, label: stepWords[entry.step], state: waits ? 'waiting' : entry.state, message: words };
  }),
});

/** One view of the steps, whether it comes from the store's log, from the upload's answer, or from the upload alone. */
export const progressOf = (preparation: Preparation | null, { percent, result }: KnownOfUpload): Progress => {
  // what the store has begun to try has arrived, whatever the browser says of the bytes
  if (percent !== null && preparation === null) return { state: 'running', step: 'received', message: '', steps: stepsAt('received', 'running', '', percent) };
  // a final answer is the last word: the log may have been looked at just before it
  const isBehind = preparation === null || (result?.state !== 'waiting' && result?.state !== preparation.state);
  if (result && isBehind) {
    const { state, step, message } = result;
    return { state, step, message, steps: stepsAt(step, state, message, null) };
  }
  if (preparation) return ofPreparation(preparation);
  return { state: 'running', step: 'format', message: '', steps: stepsAt('format', 'running', '', null) };
};

/** What a screen reader is told as it changes. */
export const announcementOf = ({ state, step, steps }: Progress): string => {
  const done = steps.filter((entry) => entry.state === 'done').length;
  if (state === 'active') return `Active. ${done} of ${steps.length} steps done.`;
  if (state === 'failed') return `Failed: ${stepWords[step]}.`;
  if (state === 'waiting') return `Waiting: ${stepWords[step]}.`;
  return `Step ${preparationSteps.indexOf(step) + 1} of ${preparationSteps.length}: ${stepWords[step]}.`;
};

/** What the trial could not take away again, as an administrator must know it. */
export const leftBehindBy = (progress: Progress): string =>
  progress.steps.find(({ key, state, message }) => key === 'delete' && state === 'done' && message)?.message?.toString() ?? '';
