import type { PreparationStep } from '@secret-store/api';

/** The provider does not do what it should: at which step, and what to do. */
export class TrialFailure extends Error {
  override readonly name = 'TrialFailure';

  constructor(
    readonly step: PreparationStep,
    message: string,
    /** path of the field at fault */
    readonly field?: string,
  ) {
    super(message);
  }
}

/** No worker is there to read. */
export class NoWorker extends Error {
  override readonly name = 'NoWorker';
}
