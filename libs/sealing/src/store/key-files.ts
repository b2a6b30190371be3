import type { StoreKeys } from './store-keys.ts';

/** The names of the files that hold the keys of a store, by the folder of the data directory that they stand in. */
export const keyFileNames = {
  backend: {
    root: 'root.json',
    rootFingerprint: 'root-fingerprint',
    signingKey: 'signing-key.json',
    certificates: 'certificates.json',
    keyRing: 'key-ring.json',
    /** a folder: what the backend remembers */
    state: 'state',
  },
  worker: {
    root: 'root.json',
    rootFingerprint: 'root-fingerprint',
    workerKey: 'worker-key.json',
    /** the store's first worker has it, where the others have `membership` */
    workerCertificate: 'worker-certificate.json',
    poolKeys: 'pool-keys.json',
    recipientKey: 'recipient-key.json',
    membership: 'membership.json',
  },
  recovery: { recoveryFile: 'recovery-file.json' },
} as const;

/** The names of the files in `state/` of the backend's folder: what it remembers, beside the keys that it is given. */
export const stateFileNames = {
  head: 'head.json',
  memory: 'memory',
  firstStart: 'first-start',
  takeover: 'takeover',
  refusals: 'refusals.jsonl',
} as const;

export type KeyFolder = keyof typeof keyFileNames;

/** The text of each file by its name, for each folder. Each folder goes to one process alone. */
export function keyFiles({
  root,
  rootFingerprint,
  backend,
  worker,
  recoveryFile,
}: StoreKeys): Record<KeyFolder, Record<string, string>> {
  const names = keyFileNames;
  return {
    backend: {
      [names.backend.root]: toJson(root),
      [names.backend.rootFingerprint]: `${rootFingerprint}\n`,
      [names.backend.signingKey]: toJson(backend.signingKey),
      [names.backend.certificates]: toJson(backend.certificates),
      [names.backend.keyRing]: toJson(backend.keyRing),
    },
    worker: {
      [names.worker.root]: toJson(root),
      [names.worker.rootFingerprint]: `${rootFingerprint}\n`,
      [names.worker.workerKey]: toJson(worker.workerKey),
      [names.worker.workerCertificate]: toJson(worker.workerCertificate),
      [names.worker.poolKeys]: toJson(worker.poolKeys),
    },
    recovery: { [names.recovery.recoveryFile]: toJson(recoveryFile) },
  };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
