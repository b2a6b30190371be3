import type { SetEntry } from '@secret-store/sealing';
import type { Intent } from '../commits/write-intent.ts';
import type { PlannedSecret } from './plan-import.ts';

/** A value, or a reference, that its provider has, and that the next set brings. */
export interface WrittenValue {
  readonly planned: PlannedSecret;
  readonly entry: SetEntry;
  /** what the provider called it; null for a new secret, and where nobody was told */
  readonly providerVersion: string | null;
  /** what announced it to a vault; null for a value that the store keeps itself */
  readonly intent: Intent | null;
}
