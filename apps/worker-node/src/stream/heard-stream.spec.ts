import { createStoreKeys, importSigningKey, parseRootPublic, signAuditHead } from '@secret-store/sealing';
import type { Envelope, WorkerStreamLine } from '@secret-store/api/schemas';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { SpeakingBackend } from '../testing/backend/speaking-backend.ts';
import { HeardStream } from './heard-stream.ts';

const newKeys = async () => {
  const { root, rootFingerprint, backend } = await createStoreKeys();
  return {
    root: parseRootPublic(root, rootFingerprint),
    backend: { signer: importSigningKey(backend.signingKey), certificate: backend.certificates.backend },
  };
};

let keys: Awaited<ReturnType<typeof newKeys>>;
let stranger: Awaited<ReturnType<typeof newKeys>>;
let spoken: SpeakingBackend;
beforeAll(async () => {
  [keys, stranger] = [await newKeys(), await newKeys()];
});
beforeEach(() => {
  spoken = new SpeakingBackend(keys.backend);
  spoken.move(7);
});

const askedAt = 50_000;
const begin = () => new HeardStream({ opening: spoken.opening(), askedAt, root: keys.root });
const hear = (
  heard: HeardStream,
  line: WorkerStreamLine,
  { now = askedAt, head }: { now?: number; head?: Envelope } = {},
) => {
  if (!('beat' in line)) throw new Error('it is no beat');
  return heard.beat(line.beat, head ?? line.head, now);
};

test('a beat that is a little ahead of this clock is from now, and not from later', () => {
  const heard = begin();
  spoken.time += 400;
  expect(hear(heard, spoken.beat())).toMatchObject({ readAt: askedAt });
  spoken.time += 200;
  expect(() => hear(heard, spoken.beat())).toThrow('ran ahead');
});

test('a head that another store signed is not taken, although the beat is genuine', () => {
  const heard = begin();
  spoken.move(8);
  const head = signAuditHead({ epoch: 0, sequence: 8, hash: 'ab'.repeat(32) }, stranger.backend.signer);
  expect(() => hear(heard, spoken.beat(), { head })).toThrow('not genuine');
});

test('the head of the first line is verified too', () => {
  const head = signAuditHead({ epoch: 0, sequence: 7, hash: 'ab'.repeat(32) }, stranger.backend.signer);
  expect(() => new HeardStream({ opening: spoken.opening({ head }), askedAt, root: keys.root })).toThrow('not genuine');
});

test('the hints that were told before the stream count: without them no beat agrees', () => {
  spoken.changed('before');
  const heard = begin();
  expect(hear(heard, spoken.beat())).toMatchObject({ place: { sequence: 7 } });
  heard.hint(JSON.stringify(spoken.changed('since')));
  expect(hear(heard, spoken.beat())).toMatchObject({ place: { sequence: 7 } });
  expect(() => hear(heard, spoken.beat({ hints: { ...spoken.hints, count: 1 } }))).toThrow('a hint was lost');
});
