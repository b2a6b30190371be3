// What the store does with a value or a set beside the bare operations on keys that it cannot do without, in turns within
// one run.
import { diffieHellman, generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  createStoreKeys,
  importOpeningKey,
  importSigningKey,
  type NewSet,
  type NewSetEntry,
  open,
  parseRootPublic,
  recipientKeyOf,
  seal,
  sealedRecordHash,
  type SecretBinding,
  type SetEntry,
  setHash,
  signSet,
  verificationKeyOf,
  verifyCertificate,
  verifySet,
} from '@secret-store/sealing';
import { processorTimes } from './helpers/processor-time.ts';

export const name = 'sealing';

const secretsInSet = 500;
const opened = 10_000;
const value = Buffer.alloc(64, 'v');
const bindingOf = (number: number): SecretBinding => ({
  type: 'secret',
  secretId: `0192f0c1-0000-7000-8000-${String(number).padStart(12, '0')}`,
  algorithmId: '0192f0c1-0000-7000-8000-00000000000a',
  environmentVariable: `VARIABLE_${number}`,
  version: 1,
});

const createStore = async () => {
  const keys = await createStoreKeys();
  const root = parseRootPublic(keys.root, keys.rootFingerprint);
  const [poolCertificate] = keys.backend.certificates.pools;
  const [poolKeyJson] = keys.worker.poolKeys;
  return {
    recipients: [recipientKeyOf(verifyCertificate(poolCertificate, root, 'pool')), root.recipient],
    signer: importSigningKey(keys.backend.signingKey),
    signerKey: verificationKeyOf(verifyCertificate(keys.backend.certificates.backend, root, 'backend')),
    openingKeys: [await importOpeningKey(poolKeyJson)],
  };
};

type Store = Awaited<ReturnType<typeof createStore>>;

/** As a worker gets them: parsed from JSON, each with the hash that the set has. */
const sealedValues = ({ recipients, signer }: Store, count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const binding = bindingOf(number);
      const sealed = await seal({ value, binding, recipients, signer });
      const record: unknown = JSON.parse(JSON.stringify(sealed));
      return { binding, record, hash: sealedRecordHash(sealed) };
    }),
  );

const setOf = (values: Awaited<ReturnType<typeof sealedValues>>): NewSet => ({
  algorithmId: bindingOf(0).algorithmId,
  owner: 'demo',
  name: 'hello',
  number: 2,
  previous: 'ab'.repeat(32),
  pools: ['0192f0c1-0000-7000-8000-00000000000c'],
  secrets: values.map(({ binding, hash }) => ({
    secretId: binding.secretId,
    environmentVariable: binding.environmentVariable,
    version: 1,
    providerId: '0192f0c1-0000-7000-8000-00000000000b',
    providerKey: binding.secretId,
    sealedHash: hash,
    since: 1,
  })),
});

const valueTasks = ({ recipients, signer, openingKeys }: Store, values: Awaited<ReturnType<typeof sealedValues>>) => {
  const agreement = generateKeyPairSync('x25519');
  const signing = generateKeyPairSync('ed25519');
  const agree = () => diffieHellman(agreement);
  return {
    agreement: { perRound: 200, run: agree },
    sealFloor: {
      perRound: 100,
      run: () => {
        for (const { publicKey } of [agreement, agreement])
          diffieHellman({ privateKey: generateKeyPairSync('x25519').privateKey, publicKey });
        sign(null, value, signing.privateKey);
      },
    },
    seal: { perRound: 100, run: () => seal({ value, binding: bindingOf(0), recipients, signer }) },
    open: {
      perRound: values.length,
      run: (index: number) => {
        const sealed = values[index];
        return sealed && open({ ...sealed, openingKeys });
      },
    },
  };
};

/** What a write and a worker do with a set. */
const setTasks = ({ signer, signerKey }: Store, set: NewSet) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(JSON.stringify(set));
  const signature = sign(null, bytes, privateKey);
  const envelope = signSet(set, signer);
  const before = verifySet(envelope, signerKey);
  const [changed, ...others] = before.secrets.filter(hasSince);
  const number = before.number + 1;
  const next: NewSet = { ...set, number, secrets: changed ? [...others, { ...changed, since: number }] : others };
  return {
    signFloor: { perRound: 10, run: () => sign(null, bytes, privateKey) },
    signSet: { perRound: 10, run: () => setHash(signSet(next, signer, before)) },
    verifyFloor: { perRound: 10, run: () => verify(null, bytes, publicKey, signature) },
    verifySet: {
      perRound: 10,
      run: () => {
        const received = { ...envelope };
        return [verifySet(received, signerKey), setHash(received)];
      },
    },
  };
};

const hasSince = (entry: SetEntry): entry is NewSetEntry => entry.since !== undefined;

/** For one pool and the root, as the store seals. */
export async function run() {
  const store = await createStore();
  const values = await sealedValues(store, secretsInSet);
  const time = await processorTimes({ ...valueTasks(store, values), ...setTasks(store, setOf(values)) });
  const row = (what: string, task: Parameters<typeof time>[0], floor?: Parameters<typeof time>[0], aim?: string) => ({
    what,
    value: time(task).toFixed(0),
    unit: 'µs',
    ...(floor && { ratio: `${(time(task) / time(floor)).toFixed(1)} × the floor${aim ? ` (aim: ≤ ${aim})` : ''}` }),
  });
  return [
    row('two X25519 key pairs, two agreements, one signature', 'sealFloor'),
    row('seal to pool and root, signed', 'seal', 'sealFloor', '3'),
    row('one X25519 agreement', 'agreement'),
    row("a worker's opening of a value, checks included", 'open', 'agreement', '7'),
    {
      what: `the same for ${opened} values`,
      value: ((time('open') * opened) / 1_000_000).toFixed(1),
      unit: 's',
      ratio: '(aim: ≤ 4)',
    },
    row(`an Ed25519 signature over a set of ${secretsInSet}`, 'signFloor'),
    row('sign the next set, and its hash', 'signSet', 'signFloor'),
    row('verification of such a signature', 'verifyFloor'),
    row('verify the set, and its hash', 'verifySet', 'verifyFloor'),
  ];
}
