import {
  type Envelope,
  envelopeSchema,
  type RestoreEpoch,
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

interface EpochDependencies extends Pick<Dependencies, 'db' | 'log'> {
  readonly keys: Pick<Dependencies['keys'], 'root'>;
  readonly folder: Pick<StateFolder, 'noteRefusal'>;
}

/** The restores of this store, the newest first. What the root did not sign is logged and left out. */
export const readEpochs = async (deps: EpochDependencies): Promise<Epoch[]> => {
  const { rows } = await deps.db.side.query<{ epoch: string; envelope: unknown }>(
    'SELECT epoch, envelope FROM restore_epoch',
  );
  const epochs = rows.flatMap((row) => genuineEpoch(deps, row) ?? []);
  return epochs.sort((left, right) => right.number - left.number);
};

const genuineEpoch = (
  { keys, folder, log }: EpochDependencies,
  { epoch, envelope }: { readonly epoch: string; readonly envelope: unknown },
): Epoch | null => {
  try {
    const { epoch: number, head } = verifyRestoreEpoch(envelope, keys.root);
    return { number, head, envelope: envelopeSchema.parse(envelope) };
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    folder.noteRefusal({ table: 'restore_epoch', id: epoch });
    log.error({ epoch }, 'a restore that the root of this store did not sign is refused');
    return null;
  }
};
