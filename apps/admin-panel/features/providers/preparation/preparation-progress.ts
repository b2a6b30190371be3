import {
  preparationSteps,
  type ModuleUploadResult,
  type Preparation,
  type PreparationStep,
} from '@secret-store/api/schemas';
import type { Step, StepState } from '@secret-store/ui';

export const stepWords: Readonly<Record<PreparationStep, string>> = {
  received: 'File received',
  format: 'Check format',
  hash: 'Verify hash',
  signature: 'Verify signature',
  start: 'Start in sandbox',
  configuration: 'Check configuration',
  create: 'Create a test secret',
  read: 'Read it on a worker',
  update: 'Update it',
  delete: 'Delete it',
  stored: 'Read stored secrets',
  active: 'Activate',
};

/** What went wrong where a step failed, as the end of a sentence. */
export const failureWords: Readonly<Record<PreparationStep, string>> = {
  received: 'the file didn’t arrive',
  format: 'the file isn’t a valid module',
  hash: 'the hash couldn’t be verified',
  signature: 'the signature couldn’t be verified',
  start: 'the plugin couldn’t be started',
  configuration: 'the configuration wasn’t accepted',
  create: 'the test secret couldn’t be created',
  read: 'a worker couldn’t read the test secret',
  update: 'the test secret couldn’t be updated',
  delete: 'the test secret couldn’t be deleted',
  stored: 'a worker couldn’t read stored secrets',
  active: 'the last step failed',
};

export interface Progress {
  readonly state: Preparation['state'];
  /** the current step, or the one that failed */
  readonly step: PreparationStep;
  readonly message: string;
  readonly steps: readonly Step[];
}

/** What the upload itself tells: before the store is asked, or after it has forgotten the preparation. */
export interface KnownOfUpload {
  /** 0 to 100 while the file is uploading; null: there is none, or it has arrived */
  readonly percent: number | null;
  readonly result: ModuleUploadResult | null;
}

const stateAt = (state: Progress['state']): StepState =>
  (({ running: 'running', waiting: 'waiting', failed: 'failed', active: 'done' }) as const)[state];

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
    // the preparation's own message is shown once, at its current step
    const words = entry.message !== '' || !standsHere || state === 'active' ? entry.message : message;
    return { key: entry.step, label: stepWords[entry.step], state: waits ? 'waiting' : entry.state, message: words };
  }),
});

/** One view of the steps, whether it comes from the store's log, from the upload's answer, or from the upload alone. */
export const progressOf = (preparation: Preparation | null, { percent, result }: KnownOfUpload): Progress => {
  // once the store has started, the file has arrived, whatever the browser reports
  if (percent !== null && preparation === null)
    return { state: 'running', step: 'received', message: '', steps: stepsAt('received', 'running', '', percent) };
  // a final answer wins: the log may have been read just before it
  const isBehind = preparation === null || (result?.state !== 'waiting' && result?.state !== preparation.state);
  if (result && isBehind) {
    const { state, step, message } = result;
    return { state, step, message, steps: stepsAt(step, state, message, null) };
  }
  if (preparation) return ofPreparation(preparation);
  return { state: 'running', step: 'format', message: '', steps: stepsAt('format', 'running', '', null) };
};

/** Announced to screen readers when it changes. */
export const announcementOf = ({ state, step, steps }: Progress): string => {
  const done = steps.filter((entry) => entry.state === 'done').length;
  if (state === 'active') return `Active. ${done} of ${steps.length} steps done.`;
  if (state === 'failed') return `Failed: ${stepWords[step]}.`;
  if (state === 'waiting') return `Waiting: ${stepWords[step]}.`;
  return `Step ${preparationSteps.indexOf(step) + 1} of ${preparationSteps.length}: ${stepWords[step]}.`;
};
