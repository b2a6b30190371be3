import type { PreparationStep } from '@secret-store/api';
import type { ThrowAway } from './throw-away.ts';

/** Where a trial says how far it is, and which test secret is in the vault. */
export interface TrialLog {
  /** the step that was begun last */
  readonly current: PreparationStep;
  /** in the vault, as far as we know */
  readonly throwAway: ThrowAway | null;
  begin(step: PreparationStep): Promise<void>;
  done(step: PreparationStep, message?: string): Promise<void>;
  skip(step: PreparationStep, message: string): Promise<void>;
  /** Before it is written, and after it is deleted: a later trial deletes what it finds here, and nothing else. */
  keepThrowAway(throwAway: ThrowAway | null): Promise<void>;
}
