import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExecStage, lines, value } from '../testing/exec-stage.ts';
import { readCommandLine } from '../testing/read-command-line.ts';

const stage = new ExecStage('value-files', '/var/tmp');
const files = ['--files'];
const sh = (script: string) => ['sh', '-c', script];

describe('the files of a command', () => {
  test('hold the values byte for byte, one a variable, regular and of mode 0400, in a file system in memory', async () => {
    stage.change({ MYSQL_PASSWORD: value, TOKEN: 'abc' });
    const { stdout, stderr } = await stage.exec(
      sh(
        'cd "$SECRET_STORE_FILES"; stat -c "%n %F %a %U" *; stat -f -c %T .; stat -c %a .; cat TOKEN; echo; cat MYSQL_PASSWORD',
      ),
      {},
      files,
    );
    const user = process.env.USER ?? 'root';
    expect(lines(stdout).slice(0, 5)).toEqual([
      `MYSQL_PASSWORD regular file 400 ${user}`,
      `TOKEN regular file 400 ${user}`,
      ...['tmpfs', '700', 'abc'],
    ]);
    expect(stdout.toString().endsWith(value)).toBe(true);
    expect(stderr).toBe('');
  });

  test('are the only place: the environment of the command, and of the processes around it, has none of the values', async () => {
    const running = stage.start(sh('env; echo ready; read line'), {}, files);
    await running.printed('ready');
    const environments = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && readCommandLine(name).includes('read line'))
      .map((name) => readFileSync(`/proc/${name}/environ`, 'utf8'));
    running.child.stdin?.end('\n');
    const { stdout } = await running.result;
    expect(environments.length).toBeGreaterThan(1);
    expect([...environments, stdout.toString()].filter((text) => text.includes('hunter2'))).toEqual([]);
    expect(lines(stdout)).toContain('SECRET_STORE_FILES=/dev/secret-store/files');
  });

  test('hold what no variable can: a zero byte, and more than the system allows', async () => {
    stage.change({ ZERO: 'a\0b', LARGE: 'x'.repeat(3_000_000) });
    const { code, stdout } = await stage.exec(sh('cd "$SECRET_STORE_FILES"; od -An -c ZERO; wc -c <LARGE'), {}, files);
    expect({ code, lines: lines(stdout).map((line) => line.trim()) }).toEqual({
      code: 0,
      lines: [String.raw`a  \0   b`, '3000000'],
    });
  });

  test('are replaced as a whole when values change, also while one is read, and go and come with their variables', async () => {
    const [old, newer] = ['o'.repeat(300_000), 'n'.repeat(300_000)];
    await stage.follow();
    stage.change({ KEPT: 'kept', LARGE: old, GONE: 'x' });
    const script = `cd "$SECRET_STORE_FILES"; exec 5<LARGE; head -c 1000 <&5 >/dev/null; ls -i KEPT >/tmp/inode; echo ready
      read line; until [ "$(head -c 1 LARGE)" = n ]; do sleep 0.01; done; until [ ! -e GONE ]; do sleep 0.01; done
      cat <&5 | tr -d o | wc -c; tr -d n <LARGE | wc -c; ls; ls -i KEPT | diff - /tmp/inode && cat KEPT NEW`;
    const running = stage.start(sh(script), {}, files);
    await running.printed('ready');
    stage.change({ KEPT: 'kept', LARGE: newer, NEW: 'new' });
    running.child.stdin?.end('\n');
    const { stdout, stderr } = await running.result;
    expect(stderr).toBe('');
    expect(lines(stdout)).toEqual(['ready', '0', '0', 'KEPT', 'LARGE', 'NEW', 'keptnew']);
  });

  test('after a change the worker knows that the command has the newer values', async () => {
    await stage.follow();
    const running = stage.start(sh('echo ready; read line'), {}, files);
    await running.printed('ready');
    const [before] = stage.processes.list();
    stage.change({ MYSQL_PASSWORD: 'the next' });
    await expect.poll(() => stage.processes.list()).toEqual([{ ...before, number: (before?.number ?? 0) + 1 }]);
    running.child.stdin?.end('\n');
    await running.result;
    await expect.poll(() => stage.processes.list()).toEqual([]);
  });

  test('stay as they are while values cannot be had, and follow when they can be again', async () => {
    await stage.follow();
    const running = stage.start(
      sh(
        'cd "$SECRET_STORE_FILES"; echo ready; read line; cat MYSQL_PASSWORD; until grep -q again MYSQL_PASSWORD; do sleep 0.01; done',
      ),
      {},
      files,
    );
    await running.printed('ready');
    const { answer } = stage;
    stage.answer = { exitCode: 69, message: 'the vault is away' };
    stage.refreshes.tell({
      ...{ algorithmId: 'algorithm', owner: 'demo', name: 'hello', changed: ['MYSQL_PASSWORD'], failures: [] },
      set: { number: 9, hash: '' },
    });
    await expect.poll(() => stage.requests.length).toBe(2);
    running.child.stdin?.end('\n');
    await running.printed(value.slice(0, 20));
    stage.answer = answer;
    stage.change({ MYSQL_PASSWORD: 'again' });
    const { code, stderr } = await running.result;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'secret-store: the command keeps its values: the vault is away\n',
    });
  });
});

describe('a command that is hostile', () => {
  test('does not make us write outside of its folder, whatever it puts in the place of its names', async () => {
    await stage.follow();
    const victim = path.join(stage.dataDirectory, 'victim');
    writeFileSync(victim, 'untouched');
    const script = `cd /dev/secret-store; mv files moved; ln -s "${stage.dataDirectory}" files; ln -sf "${victim}" moved/MYSQL_PASSWORD
      ln -s "${victim}" moved/victim; echo ready; until [ ! -L moved/MYSQL_PASSWORD ]; do sleep 0.01; done; cat moved/MYSQL_PASSWORD`;
    const running = stage.start(sh(script), {}, files);
    await running.printed('ready');
    stage.change({ MYSQL_PASSWORD: 'the next', victim: 'the next' });
    const { stdout } = await running.result;
    expect(lines(stdout)).toEqual(['ready', 'the next']);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(existsSync(path.join(stage.dataDirectory, 'MYSQL_PASSWORD'))).toBe(false);
  });

  test('finds no files outside, whose variable is a path', async () => {
    stage.change({ '../../../tmp/x': 'x' });
    const { code, stderr } = await stage.exec(['true'], {}, files);
    expect(code).toBe(78);
    expect(stderr).toMatch(/^secret-store: the command was not started: its values could not be laid before it.*\n$/);
  });
});

test('nothing of it stays on the machine, whichever process is killed', async () => {
  for (const whom of ['exec', 'command'] as const) {
    const running = stage.start(sh('echo ready; exec sleep 4321.75'), {}, files);
    await running.printed('ready');
    const sleeps = () => readdirSync('/proc').filter((name) => readCommandLine(name).includes('4321.75'));
    const command = () => sleeps().find((name) => readCommandLine(name).startsWith('sleep'));
    await expect.poll(command).toBeDefined();
    if (whom === 'exec') running.child.kill('SIGKILL');
    else process.kill(Number(command()), 'SIGKILL');
    await running.result;
    await expect.poll(sleeps).toEqual([]);
  }
  expect(existsSync('/dev/secret-store')).toBe(false);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('/dev/secret-store');
});

test('without a sandbox there is no folder of its own: 78, and the command is not started', async () => {
  const environment = { ...stage.environment(), PATH: '/nowhere' };
  const { code, stdout, stderr } = await stage.exec(['/bin/echo', 'started'], { environment }, files);
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 78, stdout: '' });
  expect(stderr).toMatch(/^secret-store: .*need a sandbox.*bubblewrap.*\n$/);
});
