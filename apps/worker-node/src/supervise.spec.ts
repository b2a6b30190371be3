import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ExecStage, lines } from './testing/exec-stage.ts';
import { readCommandLine } from './testing/read-command-line.ts';
import { runProgram } from './testing/run-program.ts';

const stage = new ExecStage('supervise', '/var/tmp');
const sh = (script: string) => ['sh', '-c', script];
/** Processes of the commands of this spec. */
const marked = (mark: string) => readdirSync('/proc').filter((name) => readCommandLine(name).includes(mark));
const sleeping = (mark: string) => marked(mark).filter((name) => readCommandLine(name).startsWith('sleep'));
/** Waits for a line on standard input, so that it costs nothing. */
const waits = 'while read line; do :; done';

beforeEach(() => stage.follow());

describe('a changed value', () => {
  test('ends the command with SIGTERM and starts it with the new values, which the worker knows', async () => {
    stage.change({ TOKEN: 'one' });
    const running = stage.supervise(
      sh(`trap 'echo "ends with $TOKEN"; exit 3' TERM; echo "begins with $TOKEN"; ${waits}`),
    );
    await running.printed('begins with one');
    const [first] = stage.processes.list();
    expect(first).toMatchObject({ kind: 'supervise', number: 2 });
    stage.change({ TOKEN: 'two' });
    await running.printed('begins with two');
    expect(stage.processes.list()).toMatchObject([{ kind: 'supervise', number: 3 }]);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.result;
    expect(lines(stdout)).toEqual(['begins with one', 'ends with one', 'begins with two', 'ends with two']);
    expect(code).toBe(3);
  });

  test('of many that come together makes one start', async () => {
    const log = path.join(stage.elsewhere, 'log');
    const running = stage.supervise(sh(`echo "begins $N" >>log; echo "ready $N"; exec cat`));
    await running.printed('ready');
    for (let count = 1; count <= 50; count += 1) stage.change({ N: String(count), [`V${count}`]: 'x' });
    await running.printed('ready 50');
    running.child.kill('SIGTERM');
    await running.result;
    expect(readFileSync(log, 'utf8')).toBe('begins \nbegins 50\n');
  });

  test('that the command does not have starts nothing', async () => {
    const running = stage.supervise(sh(`echo begins; ${waits}`));
    await running.printed('begins');
    const asked = stage.requests.length;
    const { answer } = stage;
    if ('exitCode' in answer) throw new Error('the stage refuses');
    // another set with the same versions, as after a move between pools
    stage.answer = { ...answer, number: 7 };
    stage.refreshes.tell({
      ...{ algorithmId: 'algorithm', owner: 'demo', name: 'hello', changed: ['MYSQL_PASSWORD'], failures: [] },
      set: { number: 7, hash: '' },
    });
    await expect.poll(() => stage.requests.length).toBe(asked + 1);
    running.child.stdin?.end();
    const { code, stdout } = await running.result;
    expect({ code, lines: lines(stdout) }).toEqual({ code: 0, lines: ['begins'] });
  });

  test('that comes while the command ends is in the next start', async () => {
    stage.change({ TOKEN: 'one' });
    const script = `trap 'echo ending; read line; exit' TERM; echo "begins with $TOKEN"; ${waits}`;
    const running = stage.supervise(sh(script));
    await running.printed('begins with one');
    stage.change({ TOKEN: 'two' });
    await running.printed('ending');
    stage.change({ TOKEN: 'three' });
    running.child.stdin?.write('\n');
    await running.printed('begins with three');
    expect(lines((await killed(running)).stdout)).toEqual(['begins with one', 'ending', 'begins with three']);
  });

  test('kills a command that ignores SIGTERM when its time is over, with all that it has started', async () => {
    stage.change({ TOKEN: 'one' });
    const script = `trap '' TERM; (setsid sleep 4321.01 >/dev/null 2>&1 &); echo "begins with $TOKEN"; ${waits}`;
    const running = stage.supervise(sh(script), ['--drain', '0.05']);
    await running.printed('begins with one');
    await expect.poll(() => sleeping('4321.01')).toHaveLength(1);
    const [before] = sleeping('4321.01');
    stage.change({ TOKEN: 'two' });
    await running.printed('begins with two');
    expect(sleeping('4321.01')).not.toContain(before);
    await killed(running);
  });

  test('is left to a command that only wants a signal, with its files', async () => {
    stage.change({ TOKEN: 'one' });
    const script = `cd "$SECRET_STORE_FILES"; trap 'echo "has $(cat TOKEN)"' HUP; echo "begins with $(cat TOKEN)"; while :; do read line; done`;
    const running = stage.supervise(sh(script), ['--files', '--on-change=signal=HUP']);
    await running.printed('begins with one');
    stage.change({ TOKEN: 'two' });
    await running.printed('has two');
    expect(stage.processes.list()).toMatchObject([{ number: 3 }]);
    expect(lines((await killed(running)).stdout)).toEqual(['begins with one', 'has two']);
  });

  test('does not end a command whose new values cannot be had', async () => {
    const running = stage.supervise(sh(`echo begins; ${waits}; echo survived`));
    await running.printed('begins');
    stage.answer = { exitCode: 69, message: 'the vault is away' };
    const asked = stage.requests.length;
    stage.refreshes.tell({
      ...{ algorithmId: 'algorithm', owner: 'demo', name: 'hello', changed: ['MYSQL_PASSWORD'], failures: [] },
      set: { number: 9, hash: '' },
    });
    await expect.poll(() => stage.requests.length).toBe(asked + 1);
    running.child.stdin?.end();
    const { code, stdout, stderr } = await running.result;
    expect({ code, lines: lines(stdout) }).toEqual({ code: 0, lines: ['begins', 'survived'] });
    expect(stderr).toContain('the command keeps its values: the vault is away');
  });
});

describe('how it ends', () => {
  test('with 0 when the command does, and with its exit code when it may not be started again', async () => {
    expect((await stage.supervise(['true']).result).code).toBe(0);
    const failed = await stage.supervise(sh('echo begins; exit 5'), ['--max-restarts=1']).result;
    expect({ code: failed.code, lines: lines(failed.stdout) }).toEqual({ code: 5, lines: ['begins', 'begins'] });
  });

  test('with 127 or 126 where the command cannot be started, and with 69 where a value cannot be had', async () => {
    writeFileSync(path.join(stage.elsewhere, 'data.txt'), 'text', { mode: 0o644 });
    expect((await stage.supervise(['no-such-command-anywhere']).result).code).toBe(127);
    expect((await stage.supervise(['./data.txt']).result).code).toBe(126);
    stage.answer = { exitCode: 69, message: 'the reason' };
    const refused = await stage.supervise(['echo', 'started']).result;
    expect(refused).toMatchObject({ code: 69, stderr: 'secret-store: the reason\n' });
    expect(refused.stdout).toHaveLength(0);
  });

  test.each([
    [['--on-change', 'never', 'demo/hello', '--', 'true']],
    [['--on-change=signal=NOPE', 'demo/hello', '--', 'true']],
    [['--drain=-1', 'demo/hello', '--', 'true']],
    [['--max-restarts', 'x', 'demo/hello', '--', 'true']],
    [['--max-restarts', 'demo/hello', '--', 'true']],
    [['--files=x', 'demo/hello', '--', 'true']],
    [['demo/hello']],
  ])('%j is a mistake in use: 64', async (words: string[]) => {
    const { code, stderr } = await runProgram(stage.supervisor, words, { environment: stage.environment() });
    expect(code).toBe(64);
    expect(stderr).toContain('usage: ');
  });

  test.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('%s reaches the command, which goes on', async (signal) => {
    const running = stage.supervise(
      sh(`trap 'echo got it' ${signal.slice(3)}; echo begins; while :; do read line; done`),
    );
    await running.printed('begins');
    running.child.kill(signal);
    await running.printed('got it');
    expect(lines((await killed(running)).stdout)).toEqual(['begins', 'got it']);
  });

  test('a storm of signals changes nothing: the command gets them, and ends by the last', async () => {
    const running = stage.supervise(
      sh(`trap 'n=1' USR1 HUP USR2; trap 'echo "$n"; exit 6' TERM; echo begins; while :; do read line; done`),
    );
    await running.printed('begins');
    for (let count = 0; count < 300; count += 1)
      running.child.kill((['SIGUSR1', 'SIGHUP', 'SIGUSR2'] as const)[count % 3]);
    for (let count = 0; count < 50; count += 1) running.child.kill('SIGTERM');
    const { code, stdout } = await running.result;
    expect({ code, lines: lines(stdout) }).toEqual({ code: 6, lines: ['begins', '1'] });
  });
});

describe('a worker that', () => {
  test('ends and comes back leaves the command alone, knows it again, and tells it what changed', async () => {
    stage.change({ TOKEN: 'one' });
    const running = stage.supervise(sh(`echo "begins with $TOKEN"; exec cat`));
    await running.printed('begins with one');
    await stage.follow();
    await expect.poll(() => stage.processes.list()).toMatchObject([{ kind: 'supervise', number: 2 }]);
    await stage.daemon?.close();
    stage.change({ TOKEN: 'two' });
    await stage.follow();
    await running.printed('begins with two');
    const { stdout } = await killed(running);
    expect(lines(stdout)).toEqual(['begins with one', 'begins with two']);
  });
});

describe('nothing that the command started outlives', () => {
  /** In the background, in a session of its own, and without a parent. */
  const offspring = (mark: string) => `
    sleep ${mark}1 >/dev/null 2>&1 & setsid sleep ${mark}2 >/dev/null 2>&1 &
    (setsid sh -c '(trap "" TERM HUP; exec sleep ${mark}3) >/dev/null 2>&1 &' &)
    echo ready; sleep ${mark}4`;

  test.each([
    ['supervise', 'SIGKILL', '4322.'],
    ['supervise', 'SIGTERM', '4323.'],
    ['exec', 'SIGKILL', '4324.'],
  ] as const)('%s that gets %s', async (program, signal, mark) => {
    const command = sh(offspring(mark));
    const running = program === 'exec' ? stage.start(command) : stage.supervise(command);
    await running.printed('ready');
    await expect.poll(() => sleeping(mark)).toHaveLength(4);
    running.child.kill(signal);
    await running.result;
    await expect.poll(() => marked(mark)).toEqual([]);
  });

  test('supervise that is killed at any moment of its start', async () => {
    const mark = '4325.5';
    for (let turn = 0; turn < 12; turn += 1) {
      const running = stage.supervise(['sleep', mark]);
      const asked = stage.requests.length;
      while (stage.requests.length === asked) await new Promise((resolve) => setImmediate(resolve));
      for (let wait = 0; wait < turn * 40; wait += 1) await new Promise((resolve) => setImmediate(resolve));
      running.child.kill('SIGKILL');
      await running.result;
    }
    await expect.poll(() => marked(mark)).toEqual([]);
  });

  test('a command that is killed: supervise starts it again', async () => {
    const log = path.join(stage.elsewhere, 'log');
    appendFileSync(log, '');
    const running = stage.supervise(sh(`echo begins >>log; echo "ready $(wc -l <log)"; exec sleep 4326.5`));
    await running.printed('ready 1');
    await expect.poll(() => sleeping('4326.5')).toHaveLength(1);
    process.kill(Number(sleeping('4326.5')[0]), 'SIGKILL');
    await running.printed('ready 2');
    await killed(running);
  });
});

const killed = (running: ReturnType<ExecStage['supervise']>) => {
  running.child.kill('SIGKILL');
  return running.result;
};
