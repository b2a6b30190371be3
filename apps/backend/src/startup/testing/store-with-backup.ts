import type { Ledger } from '../../ledger/ledger.ts';
import { copyOfDatabase, type DatabaseCopy } from '../../ledger/testing/copy-of-database.ts';
import { StoreOnDisk } from './store-on-disk.ts';

export interface StoreWithBackup {
  readonly store: StoreOnDisk;
  /** of a backend that was stopped */
  readonly ledger: Ledger;
  /** of the database, when only ada was in it */
  readonly backup: DatabaseCopy;
  /** her id */
  readonly ada: string;
}

export const openStoreWithBackup = async (): Promise<StoreWithBackup> => {
  const store = await StoreOnDisk.create();
  const ledger = await store.start();
  const ada = await store.addUser(ledger, 'ada', 'admin');
  await store.addSession(ledger, ada);
  await store.stop(ledger);
  return { store, ledger, ada, backup: await copyOfDatabase(store.database.supervisorUrl) };
};

/** Bob, then the backup again; what a worker has seen in between. */
export const goBackToBackup = async ({ store, ledger, backup }: StoreWithBackup) => {
  const bob = await store.addUser(ledger, 'bob');
  const seen = ledger.chain.signedHead;
  await store.stop(ledger);
  const lost = await copyOfDatabase(store.database.supervisorUrl);
  const lostHead = ledger.chain.head;
  await backup.putBack();
  return { bob, seen, lost, lostHead };
};
