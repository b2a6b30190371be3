import { type Queryable, rowsOf } from '@secret-store/db';
import {
  type Envelope,
  envelopeSchema,
  type RestoreEpoch,
  type RootPublic,
  SealingError,
  verifyRestoreEpoch,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { StateFolder } from './state/state-folder.ts';

/** A restore that the root signed. */
export interface Epoch {
  readonly number: number;
  readonly head: RestoreEpoch['head'];
  readonly envelope: Envelope;
}

/** The restores of the store, the newest first. Those that the root did not sign are told and left out. */
export const readEpochs = async (
  database: Queryable,
  root: RootPublic,
  onRefused: (epoch: string) => void,
): Promise<Epoch[]> => {
  const rows = await rowsOf<{ epoch: string; envelope: unknown }>(database, {
    text: 'SELECT epoch, envelope FROM restore_epoch',
    values: [],
  });
  const epochs = rows.flatMap(({ epoch, envelope }) => {
    const genuine = genuineEpoch(envelope, root);
    if (genuine === null) onRefused(epoch);
    return genuine ?? [];
  });
  return epochs.sort((left, right) => right.number - left.number);
};

const genuineEpoch = (envelope: unknown, root: RootPublic): Epoch | null => {
  try {
    const { epoch: number, head } = verifyRestoreEpoch(envelope, root);
    return { number, head, envelope: envelopeSchema.parse(envelope) };
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

/** For `onRefused` of a backend. */
export const tellRefusedEpoch =
  (folder: StateFolder, log: Dependencies['log']) =>
  (epoch: string): void => {
    folder.noteRefusal({ table: 'restore_epoch', id: epoch });
    log.error({ epoch }, 'a restore that the root of this store did not sign is refused');
  };
