import { SecretDelivery } from '@secret-store/api';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WorkerMachine } from './http/testing/worker-machine.ts';
import { type Replica, Replicas } from './startup/testing/replicas.ts';

/** A secret that is written again and again, each time with the next number. */
interface Counter {
  readonly variable: string;
  readonly id: string;
  /** the number that was sent last */
  sent: number;
  /** the newest that the store acknowledged */
  acknowledged: number;
  acknowledgements: number;
  /** the newest that the worker gave out */
  given: number;
}

let replicas: Replicas;
let machine: WorkerMachine;
let algorithmId: string;
let counters: Counter[];

beforeAll(async () => {
  replicas = await Replicas.start(3);
  machine = new WorkerMachine(replicas, await replicas.balancer.listen());
  await vi.waitUntil(() => replicas.ready.length === 3, { timeout: 30_000 });
  const { algorithmId: id, secretId } = await machine.createSecret('FIRST', '0');
  algorithmId = id;
  const counter = (variable: string, ofSecret: string): Counter => ({
    ...{ variable, id: ofSecret, sent: 0, acknowledged: 0, acknowledgements: 0, given: 0 },
  });
  counters = [counter('FIRST', secretId)];
  for (const variable of ['SECOND', 'THIRD'])
    counters.push(counter(variable, await machine.addSecret(algorithmId, variable, '0')));
  machine.start('first');
  expect(await machine.runOnceReady('first', 'exec', 'demo/elsewhere', '--', 'printenv', 'THIRD')).toMatchObject({
    ...{ code: 0, stdout: '0' },
  });
});
afterAll(async () => {
  await machine.remove();
  await replicas.remove();
});

const pathOf = ({ id }: Counter): string => `/v1/algorithms/${algorithmId}/secrets/${id}`;

/** What a command would get now: no value is older than one that a command got before. */
const answer = async (): Promise<void> => {
  const before = new Map(counters.map(({ variable, given }) => [variable, given]));
  const { environment } = await machine.answer('first');
  for (const counter of counters) {
    const given = Number(environment[counter.variable]);
    expect(given).toBeGreaterThanOrEqual(before.get(counter.variable) ?? 0);
    counter.given = Math.max(counter.given, given);
  }
};

/**
 * What one of them says of the delivery, with the version that the store has acknowledged, or a newer one. Where it says nothing of it,
 * what it answers instead.
 */
const stateOf = async (counter: Counter, asked: Replica): Promise<string> => {
  const { acknowledgements } = counter;
  const { status, json } = await asked.ask('GET', `${pathOf(counter)}/delivery`);
  if (status !== 200) return `${status} ${JSON.stringify(json)}`;
  const { version, workers } = SecretDelivery.parse(json);
  expect(version).toBeGreaterThan(acknowledgements);
  return workers[0]?.state ?? 'no workers';
};

/** One more number, through one of these. @returns whether it was acknowledged, and then it has arrived */
const change = async (counter: Counter, through: () => readonly Replica[]): Promise<boolean> => {
  counter.sent += 1;
  const { sent, variable } = counter;
  const body = { short_name: variable, description: '', secret_value: String(sent) };
  const { status } = await replicas.any(through()).ask('PUT', pathOf(counter), body);
  if (status !== 200) return false;
  counter.acknowledged = sent;
  counter.acknowledgements += 1;
  await expect.poll(() => stateOf(counter, replicas.any(through()))).toBe('ready');
  await answer();
  expect(counter.given).toBeGreaterThanOrEqual(sent);
  return true;
};

const acknowledgements = (): number => counters.reduce((sum, counter) => sum + counter.acknowledgements, 0);

/** At some moment of the next few writes. */
const someMoment = async (): Promise<void> => {
  const until = acknowledgements() + 1 + Math.floor(Math.random() * 3);
  await expect.poll(acknowledgements, { interval: 5 }).toBeGreaterThanOrEqual(until);
  for (let wait = Math.random() * 200; wait > 0; wait -= 1) await new Promise((resolve) => setImmediate(resolve));
};

/** No backend hears of the others while this runs: its listening connection is ended, and there is room for no new one. */
const withoutNotices = async (work: () => Promise<void>): Promise<void> => {
  const name = new URL(replicas.database.url).pathname.slice(1);
  const client = new pg.Client({ connectionString: replicas.database.supervisorUrl });
  await client.connect();
  try {
    await client.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = 'secret-store notices' AND datname = $1`,
      [name],
    );
    expect(rowCount).toBe(replicas.all.length);
    await work();
  } finally {
    await client.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await client.end();
  }
};

const isReady = (replica: Replica): boolean => replicas.balancer.isReady(replica.url);
const rejoins = (replica: Replica) => expect.poll(() => isReady(replica)).toBe(true);

/** A command that runs with the algorithm's secrets. */
const follow = (...words: readonly string[]) => {
  let text = '';
  const command = machine.follow('first', ...words);
  command.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  return { printed: () => text, end: () => machine.end(command) };
};

const inShell = (script: string) => ['demo/elsewhere', '--', 'sh', '-c', script];
const printsChanges = `require('node:http').get({ socketPath: process.env.SECRET_STORE_SOCKET, path: '/v1/changes' }, (response) => {
  console.log('listens');
  response.pipe(process.stdout);
});`;

describe('three backends on one database', () => {
  it('bring a saved value to what runs: it starts again, finds another file, is told on its socket, and the delivery says so', async () => {
    const id = await machine.addSecret(algorithmId, 'FOLLOWED', 'one');
    const target = `/v1/algorithms/${algorithmId}/secrets/${id}`;
    const delivery = async () =>
      SecretDelivery.parse((await replicas.asAdministrator('GET', `${target}/delivery`)).json);
    const running = async () => (await delivery()).processes.map(({ kind, version }) => `${kind} ${version}`).sort();
    await expect.poll(delivery).toMatchObject({ version: 1, workers: [{ state: 'ready' }] });
    const supervised = follow('supervise', ...inShell('echo "begins with $FOLLOWED"; exec sleep 600'));
    const files = follow(
      ...['exec', '--files'],
      ...inShell('cd "$SECRET_STORE_FILES"; while :; do echo "has $(cat FOLLOWED)"; sleep 0.1; done'),
    );
    const told = follow('exec', '--socket', 'demo/elsewhere', '--', process.execPath, '-e', printsChanges);
    await expect.poll(supervised.printed).toBe('begins with one\n');
    await expect.poll(files.printed).toContain('has one\n');
    await expect.poll(told.printed).toContain('listens\n');
    expect(told.printed()).not.toContain('FOLLOWED');
    await expect.poll(running).toEqual(['exec 1', 'exec 1', 'supervise 1']);

    await replicas.asAdministrator('PUT', target, { short_name: 'FOLLOWED', description: '', secret_value: 'two' });
    await expect.poll(supervised.printed).toBe('begins with one\nbegins with two\n');
    await expect.poll(files.printed).toMatch(/^(?:has one\n)+(?:has two\n)+$/);
    await expect.poll(told.printed).toMatch(/^data: \{"number":\d+,"changed":\["FOLLOWED"\]\}$/m);
    // what has its values in the environment keeps them
    await expect.poll(running).toEqual(['exec 1', 'exec 2', 'supervise 2']);
    await Promise.all([supervised, files, told].map((command) => command.end()));
    await expect.poll(running).toEqual([]);
  });

  it('are one: with any of them killed or hung, what is acknowledged is what a worker gives out next, and no value goes back', async () => {
    const [first, second, third] = counters;
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
    let isOver = false;
    const write = async (counter: Counter): Promise<void> => {
      while (!isOver) await change(counter, () => replicas.ready);
    };
    const disturb = async (): Promise<void> => {
      try {
        for (const fault of ['kill', 'hold', 'kill'] as const) {
          await someMoment();
          const victim = replicas.any(replicas.all);
          const others = replicas.all.filter((replica) => replica !== victim);
          if (fault === 'kill') await victim.kill();
          else victim.hold();
          await expect.poll(() => isReady(victim)).toBe(false);
          expect(await change(third, () => others)).toBe(true);
          if (fault === 'kill') await victim.start();
          else victim.release();
          await rejoins(victim);
        }
      } finally {
        isOver = true;
        for (const replica of replicas.all) replica.release();
      }
    };
    await Promise.all([write(first), write(second), disturb()]);
    for (const counter of counters) {
      expect(await change(counter, () => replicas.ready)).toBe(true);
      expect(counter.given).toBe(counter.sent);
    }
    const { stdout } = await machine.run('first', 'exec', 'demo/elsewhere', '--', 'printenv', 'FIRST');
    expect(stdout).toBe(String(first.sent));
    // each fault takes as long as a busy machine needs
  }, 300_000);

  it('find what the others wrote also where the notice of it is lost', async () => {
    const [counter] = counters;
    if (counter === undefined) throw new Error('there is one');
    const throughEach = async () => {
      for (const replica of replicas.all) expect(await change(counter, () => [replica])).toBe(true);
    };
    // each has the connections that it needs from then on
    await throughEach();
    await withoutNotices(throughEach);
  });
});
