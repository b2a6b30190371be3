import type { WorkerStreamLine, WorkerStreamOpening, WorkerStreamRequest } from '@secret-store/api/schemas';
import {
  createStoreKeys,
  importSigningKey,
  parseRootPublic,
  type RootPublic,
  generateSigningKey,
} from '@secret-store/sealing';
import { pino } from 'pino';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VouchedDeliveries } from '../cache/vouched-deliveries.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { SpeakingBackend } from '../testing/backend/speaking-backend.ts';
import { idOf } from '../testing/signed-store.ts';
import { type FollowedStream, followStream } from './follow-stream.ts';

const workerId = idOf('worker');
const algorithmId = idOf('algorithm');
const delivery = { set: { algorithmId } };

const newKeys = async () => {
  const keys = await createStoreKeys();
  return {
    root: parseRootPublic(keys.root, keys.rootFingerprint),
    backend: {
      signer: importSigningKey(keys.backend.signingKey),
      certificate: keys.backend.certificates.backend,
    },
    worker: importSigningKey(keys.worker.workerKey),
  };
};
type Keys = Awaited<ReturnType<typeof newKeys>>;

let keys: Keys;
let stranger: Keys;
beforeAll(async () => {
  [keys, stranger] = [await newKeys(), await newKeys()];
});

/** One connection, as the test lets the backend, or a proxy before it, speak on it. */
interface Line {
  open(opening?: WorkerStreamOpening): void;
  say(...lines: readonly WorkerStreamLine[]): void;
}

let now: number;
let seen: { readonly epoch: number; readonly sequence: number; readonly hash: string } | null;
let vouched: VouchedDeliveries;
let spoken: SpeakingBackend;
let told: string[];
let asksForReceipts: number;
let asked: WorkerStreamRequest[];
let pauses: number[];
let logged: string[];
/** whether the delivery was vouched for, at each look */
let looks: boolean[];
/** each connection, in order; the stream is stopped after the last one */
let connections: ((line: Line) => void | Promise<void>)[];

beforeEach(() => {
  now = 50_000;
  seen = null;
  asksForReceipts = 0;
  vouched = new VouchedDeliveries({ now: () => now });
  spoken = new SpeakingBackend(keys.backend);
  [told, asked, pauses, logged, looks] = [[], [], [], [], []];
});

const follow = async (root: RootPublic = keys.root): Promise<void> => {
  const stream: FollowedStream = followStream({
    backend: {
      stream: async (request, { onOpening, onLine }) => {
        const next = connections.shift();
        if (next === undefined) return stream.stop();
        asked.push(request);
        const askedAt = now;
        await next({
          open: (opening = spoken.opening()) => onOpening(opening, askedAt),
          say: (...lines) => {
            for (const line of lines) onLine(line, JSON.stringify(line));
          },
        });
      },
    },
    keys: { root, workerId },
    head: {
      get place() {
        return seen;
      },
      keep: async ({ signed }) => void told.push(`head ${signed.head.payloadType}`),
    },
    vouched,
    follower: { delivered: ({ algorithmId: id }) => void told.push(`delivery ${id}`) },
    fleet: { hint: () => void told.push('fleet') },
    checks: { hint: () => void told.push('check') },
    receipts: { askSoon: () => (asksForReceipts += 1) },
    log: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
    now: () => now,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
  await stream.ended;
};

const look = (): void => void looks.push(vouched.isNewest(delivery));

/** Asked now, and answered. */
const vouch = (): void => void vouched.vouch(delivery, vouched.moment);

/** Both clocks go on. */
const pass = (milliseconds: number): void => {
  now += milliseconds;
  spoken.time += milliseconds;
};

/** Opened, and asked for the delivery while beats come. */
const begin = ({ open, say }: Line): void => {
  open();
  vouch();
  say(spoken.beat());
};

describe('beats', () => {
  test('vouch for what was asked for, while they come', async () => {
    connections = [
      ({ open, say }) => {
        open();
        vouch();
        look();
        for (let seconds = 0; seconds < 5; seconds += 1) {
          say(spoken.beat());
          look();
          pass(1_000);
        }
        pass(901);
        look();
      },
    ];
    await follow();
    expect(looks).toEqual([false, true, true, true, true, true, false]);
  });

  test('count from the beginning of the reading: one of a database that hung is as old as that', async () => {
    connections = [
      (line) => {
        begin(line);
        const { time } = spoken;
        pass(1_950);
        line.say(spoken.beat({ time }));
        look();
        line.say(spoken.beat());
        look();
      },
    ];
    await follow();
    expect(looks).toEqual([false, true]);
  });

  test('that are repeated by a proxy count no longer, and the stream is opened again after 5 s', async () => {
    connections = [
      ({ open, say }) => {
        open();
        vouch();
        const old = spoken.beat();
        say(old);
        spoken.changed(algorithmId);
        for (let seconds = 0; seconds < 10; seconds += 1) {
          look();
          pass(1_000);
          say(old);
        }
      },
    ];
    await follow();
    expect(looks).toEqual([true, true, false, false, false, false]);
    expect(logged.join('')).toContain('the beats of the backend are old');
  });

  test('show that a hint was held back, added or moved; the next stream brings it', async () => {
    const [one, other] = [idOf('one'), idOf('other')];
    const without = [
      () => void spoken.changed(algorithmId),
      ({ say }: Line) => say({ changed: [idOf('invented')] }),
      ({ say }: Line) => {
        const hints = [spoken.changed(one), spoken.changed(other)];
        say(...hints.toReversed());
      },
    ];
    for (const tamper of without) {
      logged = [];
      connections = [
        (line) => {
          begin(line);
          look();
          tamper(line);
          pass(1_000);
          expect(() => line.say(spoken.beat())).toThrow('a hint was lost or added on the way');
          line.say(spoken.beat());
        },
        ({ open, say }) => {
          look();
          open(spoken.opening({ changed: [algorithmId] }));
          say(spoken.beat());
          look();
        },
      ];
      await follow();
      expect(logged.join('')).toContain('a hint was lost');
    }
    expect(looks).toEqual([true, false, false, true, false, false, true, false, false]);
  });

  test.each([
    ['of another process', () => spoken.beat({ instance: new SpeakingBackend(keys.backend).instance })],
    ['of another process, whole', () => new SpeakingBackend(keys.backend).beat()],
    ['that another store signed', () => spoken.beat({}, stranger.backend.signer)],
    ['that a worker signed', () => spoken.beat({}, keys.worker)],
    ['of a head that was not sent', () => spoken.beat({ head: { epoch: 0, sequence: 9, hash: 'cd'.repeat(32) } })],
  ])('%s end the stream and count for nothing', async (_, beat) => {
    spoken.move(7);
    connections = [
      ({ open, say }) => {
        open();
        vouch();
        try {
          say(beat());
        } finally {
          look();
        }
      },
    ];
    await follow();
    expect(looks).toEqual([false]);
    expect(logged.join('')).toContain('is not taken');
  });

  test('with a key that the root did not certify for a backend are not even begun', async () => {
    const strange = new SpeakingBackend({ ...keys.backend, signer: await generateSigningKey() });
    for (const speaking of [new SpeakingBackend(stranger.backend), strange]) {
      connections = [
        ({ open, say }) => {
          open(speaking.opening());
          vouch();
          say(speaking.beat());
        },
        look,
      ];
      await follow();
    }
    expect(looks).toEqual([false, false]);
  });

  test('of a head that is older than what this worker has seen count for nothing, and later ones do', async () => {
    spoken.move(7);
    seen = { epoch: 0, sequence: 8, hash: 'ab'.repeat(32) };
    connections = [
      (line) => {
        begin(line);
        look();
        spoken.move(8, { hash: 'cd'.repeat(32) });
        line.say(spoken.beat());
        look();
        spoken.move(9);
        line.say(spoken.beat());
        look();
      },
    ];
    await follow();
    expect(looks).toEqual([false, false, true]);
  });

  test.each([
    ['from before a restore that this worker follows, however long it is', { epoch: 1, sequence: 5 }, 0, 9, false],
    ['from after a restore, however short it is', { epoch: 1, sequence: 50 }, 2, 9, true],
    ['of the very head', { epoch: 1, sequence: 9 }, 1, 9, true],
  ])('of a chain %s', async (_, known, epoch, sequence, counts) => {
    seen = { ...known, hash: 'ab'.repeat(32) };
    spoken.move(sequence, { epoch });
    connections = [begin, () => undefined].map((connection) => (line: Line) => {
      connection(line);
      look();
    });
    await follow();
    expect(looks[0]).toBe(counts);
  });

  test('of a database that has no event count for nothing, where this worker has seen some', async () => {
    seen = { epoch: 0, sequence: 8, hash: 'ab'.repeat(32) };
    connections = [
      (line) => {
        begin(line);
        look();
      },
    ];
    await follow();
    expect(looks).toEqual([false]);
  });

  test('that come late do not make a newer one count for less', async () => {
    connections = [
      (line) => {
        begin(line);
        pass(1_500);
        const late = spoken.beat({ time: spoken.time - 1_000 });
        line.say(spoken.beat(), late);
        pass(1_500);
        look();
      },
    ];
    await follow();
    expect(looks).toEqual([true]);
  });
});

describe('clocks', () => {
  test('that are an hour off, on either side, change nothing: only how they go on counts', async () => {
    for (const off of [-3_600_000, 3_600_000]) {
      now = 5_000_000;
      spoken.time = 5_000_000 + off;
      connections = [
        (line) => {
          begin(line);
          look();
          pass(1_000);
          line.say(spoken.beat());
          look();
        },
      ];
      await follow();
    }
    expect(looks).toEqual([true, true, true, true]);
    expect(logged).toEqual([]);
  });

  test('a machine that slept takes no beat for newer than it is: the stream is opened again', async () => {
    connections = [
      (line) => {
        begin(line);
        spoken.time += 60_000;
        line.say(spoken.beat());
      },
      look,
    ];
    await follow();
    expect(looks).toEqual([false]);
    expect(logged.join('')).toContain('slept');
  });

  test('a backend that slept, or whose lines are slow, is as old as it is', async () => {
    connections = [
      (line) => {
        begin(line);
        now += 60_000;
        line.say(spoken.beat());
      },
      look,
    ];
    await follow();
    expect(looks).toEqual([false]);
    expect(logged.join('')).toContain('the beats of the backend are old');
  });

  test('are compared again each hour, which is no failure', async () => {
    connections = [
      (line) => {
        begin(line);
        for (let seconds = 0; seconds < 4_000; seconds += 1) {
          pass(1_000);
          line.say(spoken.beat());
        }
      },
    ];
    await follow();
    expect(spoken.time).toBe(1_000_000 + 3_601_000);
    expect(logged).toEqual([]);
  });
});

describe('after a break', () => {
  test('only what changed meanwhile is asked for again, at another backend too', async () => {
    const another = new SpeakingBackend(keys.backend);
    spoken.move(7);
    another.move(9);
    const changed = { set: { algorithmId: idOf('changed') } };
    connections = [
      (line) => {
        begin(line);
        vouched.vouch(changed, vouched.moment);
        line.say(spoken.beat());
      },
      ({ open, say }) => {
        look();
        open(another.opening({ changed: [changed.set.algorithmId] }));
        look();
        say(another.beat());
        look();
        expect(vouched.isNewest(changed)).toBe(false);
      },
    ];
    await follow();
    expect(asked).toEqual([{ since: null }, { since: { epoch: 0, sequence: 7, hash: 'ab'.repeat(32) } }]);
    expect(looks).toEqual([false, false, true]);
  });

  test('another process of a backend is asked what it has of this worker’s receipts, the same one is not', async () => {
    const another = new SpeakingBackend(keys.backend);
    const expectations: number[] = [];
    const openAt = (backend: SpeakingBackend) => (line: Line) => {
      line.open(backend.opening());
      expectations.push(asksForReceipts);
    };
    connections = [openAt(spoken), openAt(spoken), openAt(another), openAt(another)];
    await follow();
    expect(expectations).toEqual([1, 1, 2, 2]);
  });

  test('everything is asked for again where the backend does not know what changed', async () => {
    connections = [
      begin,
      ({ open, say }) => {
        open(spoken.opening({ changed: null }));
        say(spoken.beat());
        look();
      },
    ];
    await follow();
    expect(looks).toEqual([false]);
  });

  test('what changed is asked about from the last beat that counted, not from a head that was only seen', async () => {
    spoken.move(7);
    connections = [
      (line) => {
        begin(line);
        spoken.move(8);
        const { time } = spoken;
        pass(10_000);
        line.say(spoken.beat({ time }));
      },
      () => undefined,
    ];
    await follow();
    expect(asked[1]).toMatchObject({ since: { sequence: 7 } });
  });
});

test('a worker of which the store changed what it knows opens its stream again, also if a proxy keeps it open', async () => {
  connections = [
    (line) => {
      begin(line);
      line.say(spoken.hint({ worker: idOf('another worker') }), spoken.beat());
      look();
      line.say(spoken.hint({ worker: workerId }), spoken.beat());
      told.push('the proxy goes on');
    },
    look,
  ];
  await follow();
  expect(looks).toEqual([true, false]);
  expect(asked).toHaveLength(2);
  expect(told).not.toContain('the proxy goes on');
});

test('a hint of an algorithm makes it asked for again', async () => {
  connections = [
    (line) => {
      begin(line);
      line.say(spoken.changed(algorithmId), spoken.beat());
      look();
    },
  ];
  await follow();
  expect(looks).toEqual([false]);
});

test('a worker asks for checks when a stream opens and when it hears of one, and what there is to do where it is told', async () => {
  connections = [
    ({ open, say }) => {
      open();
      expect(told).toEqual(['check']);
      say({ check: true }, { fleet: true });
      expect(told).toEqual(['check', 'check', 'fleet']);
      told = [];
    },
    ({ open }) => open(spoken.opening({ fleet: true })),
  ];
  await follow();
  expect(told).toEqual(['check', 'fleet']);
});

test('a delivery is handed on, and no beat vouches for that it came', async () => {
  connections = [
    (line) => {
      begin(line);
      line.say(spoken.changed(algorithmId), { delivery: { algorithmId, hash: 'ab'.repeat(32), content: null } });
      line.say(spoken.beat());
    },
  ];
  await follow();
  expect(told).toContain(`delivery ${algorithmId}`);
  expect(logged).toEqual([]);
});

test('heads are kept as they come', async () => {
  spoken.move(7);
  connections = [
    (line) => {
      begin(line);
      line.say(spoken.beat());
      spoken.move(8);
      line.say(spoken.beat());
    },
  ];
  await follow();
  expect(told.filter((word) => word.startsWith('head'))).toHaveLength(2);
});

const away = (): never => {
  throw new ResolveFailure(exitCode.unavailable, 'the backend gave no answer');
};

test('a backend that is away is asked again, ever more seldom, and told once', async () => {
  connections = Array.from({ length: 12 }, () => away);
  await follow();
  expect(logged).toHaveLength(1);
  expect(pauses[0]).toBeLessThanOrEqual(100);
  expect(pauses[11]).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
});

test('after a beat the pauses are short again', async () => {
  connections = [away, away, away, away, away, begin];
  await follow();
  expect(pauses[5]).toBeLessThanOrEqual(100);
});
