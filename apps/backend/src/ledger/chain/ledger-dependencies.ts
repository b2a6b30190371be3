import type { Database } from '@secret-store/db';
import { deriveKey, type KeyRing, type SigningKey, type VerificationKey } from '@secret-store/sealing';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { StateFolder } from '../state/state-folder.ts';

export interface LedgerDependencies {
  readonly db: Database;
  readonly keys: {
    readonly signer: SigningKey;
    readonly verificationKey: VerificationKey;
    readonly keyRing: KeyRing;
  };
  readonly folder: StateFolder;
  readonly log: Logger;
  /** for tests */
  readonly clock?: Clock;
}

/** The keys that say that a row or an event is this store's own. */
export const ledgerKeys = ({ keyRing }: { readonly keyRing: KeyRing }) => ({
  rows: deriveKey(keyRing, 'row-digest'),
  events: deriveKey(keyRing, 'ledger-event'),
});
