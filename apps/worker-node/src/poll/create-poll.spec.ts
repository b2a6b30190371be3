import type { WorkerPoll, WorkerPollAnswer } from '@secret-store/api/schemas';
import { type Envelope, SealingError } from '@secret-store/sealing';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { idOf } from '../testing/signed-store.ts';
import { createPoll } from './create-poll.ts';

const envelopeOf = (payload: string): Envelope => ({
  payloadType: 'x',
  payload,
  signatures: [{ keyid: 'x', sig: 'x' }],
});
const certificate = envelopeOf('certificate');
const task = {
  checkId: idOf('check'),
  backendCertificate: certificate,
  check: envelopeOf('check'),
  sealedConfiguration: null,
  sealedWorkerConfiguration: null,
};

let polls: WorkerPoll[];
let noted: unknown[];
let followed: unknown[];
let logged: { msg: string; reason: string }[];

beforeEach(() => {
  polls = [];
  noted = [];
  followed = [];
  logged = [];
});

const pollWith = (answer: Partial<WorkerPollAnswer>, refusal: () => Error | null = () => null) =>
  createPoll({
    backend: {
      takeCheck: async (poll) => {
        polls.push(poll);
        return { task: null, head: null, backendCertificate: certificate, ...answer };
      },
    },
    head: {
      envelope: envelopeOf('kept'),
      note: async (...head) => {
        const error = refusal();
        if (error) throw error;
        noted.push(head);
      },
    },
    marks: { epoch: 5, follow: async (epoch) => void followed.push(epoch) },
    log: pino({ level: 'trace' }, { write: (line: string) => logged.push(JSON.parse(line)) }),
  });

test('the backend is told the newest head and the restore, and what it sends of both is taken', async () => {
  expect(await pollWith({ task, head: envelopeOf('new'), epoch: envelopeOf('restore') })()).toEqual(task);
  expect(followed).toEqual([envelopeOf('restore')]);
  expect(polls).toEqual([{ head: envelopeOf('kept'), epoch: 5 }]);
  expect(noted).toEqual([[envelopeOf('new'), certificate]]);
});

test('a backend without a head or a restore is fine', async () => {
  expect(await pollWith({})()).toBeNull();
  expect(noted).toEqual([]);
});

test('a head that is refused or cannot be written holds up no check, and is logged once', async () => {
  const poll = pollWith({ task, head: envelopeOf('new') }, () => new SealingError('BAD_SIGNATURE', 'not genuine'));
  for (let count = 0; count < 3; count += 1) expect(await poll()).toEqual(task);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatchObject({ reason: 'not genuine' });
  const failing = pollWith({ task, head: envelopeOf('new') }, () => Object.assign(new Error('x'), { code: 'ENOSPC' }));
  expect(await failing()).toEqual(task);
  expect(logged[1]).toMatchObject({ reason: 'Error ENOSPC' });
});
