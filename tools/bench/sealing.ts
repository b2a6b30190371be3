// Seals and opens values beside the raw X25519 operations of the same run.
import { diffieHellman, generateKeyPairSync } from 'node:crypto';
import {
  createStoreKeys,
  importOpeningKey,
  importSigningKey,
  open,
  parseRootPublic,
  recipientKeyOf,
  seal,
  verificationKeyOf,
  verifyCertificate,
  type SecretBinding,
} from '@secret-store/sealing';
import { Bench } from 'tinybench';

export const name = 'sealing';

const millisecondsEach = 2000;
const value = Buffer.alloc(64, 'v');
const binding: SecretBinding = {
  type: 'secret',
  secretId: '0192f0c1-0000-7000-8000-000000000001',
  algorithmId: '0192f0c1-0000-7000-8000-000000000002',
  environmentVariable: 'MYSQL_PASSWORD',
  version: 1,
};

/** For one pool and the root, as the store seals. The floor is the rate of X25519 alone. */
export async function run() {
  const keys = await createStoreKeys();
  const root = parseRootPublic(keys.root, keys.rootFingerprint);
  const [poolCertificate] = keys.backend.certificates.pools;
  const [poolKeyJson] = keys.worker.poolKeys;
  const recipients = [recipientKeyOf(verifyCertificate(poolCertificate, root, 'pool')), root.recipient];
  const signer = importSigningKey(keys.backend.signingKey);
  const signerKey = verificationKeyOf(verifyCertificate(keys.backend.certificates.backend, root, 'backend'));
  const openingKeys = [await importOpeningKey(poolKeyJson)];
  const record = await seal({ value, binding, recipients, signer });
  const { privateKey, publicKey } = generateKeyPairSync('x25519');

  const bench = new Bench({ time: millisecondsEach, warmupTime: 300 });
  bench.add('X25519', () => void diffieHellman({ privateKey, publicKey }));
  bench.add('seal', async () => void (await seal({ value, binding, recipients, signer })));
  bench.add('open', async () => void (await open({ record, binding, openingKeys, signerKey })));
  await bench.run();

  const rate = (task: string): number => {
    const result = bench.getTask(task)?.result;
    if (result?.state !== 'completed') throw new Error(`the benchmark ${task} did not complete`);
    return result.throughput.mean;
  };
  const floor = rate('X25519');
  const row = (what: string, perSecond: number, ratio?: string) => ({
    what,
    value: perSecond.toFixed(0),
    unit: '/s',
    ratio,
  });
  const ofFloor = (perSecond: number) => `1 : ${(floor / perSecond).toFixed(1)} of X25519`;
  return [
    row('X25519 alone: the floor', floor),
    row('seal to two recipients, signed', rate('seal'), ofFloor(rate('seal'))),
    row('verify and open', rate('open'), ofFloor(rate('open'))),
  ];
}
