import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram } from './launch/find-program.ts';
import { checkout } from './testing/build-program.ts';
import { ExecStage, lines, resolved } from './testing/exec-stage.ts';
import { readCommandLine } from './testing/read-command-line.ts';
import { runProgram, startProgram } from './testing/run-program.ts';

const stage = new ExecStage('exec-signals');

describe('how it ends', () => {
  test.each([0, 1, 7, 126, 255])('the exit code %i of the command is ours', async (wanted) => {
    expect((await stage.exec(['sh', '-c', `exit ${wanted}`])).code).toBe(wanted);
  });

  test('a command that a signal ended gives 128 plus the number of the signal', async () => {
    expect((await stage.exec(['sh', '-c', 'kill -KILL $$'])).code).toBe(137);
  });

  test('a command that is not found gives 127, a file that is not a program gives 126', async () => {
    const file = path.join(stage.elsewhere, 'data.txt');
    writeFileSync(file, 'text', { mode: 0o644 });
    const missing = await stage.exec(['no-such-command-anywhere']);
    expect(missing.code).toBe(127);
    expect(missing.stderr).toContain('no-such-command-anywhere');
    expect((await stage.exec([file])).code).toBe(126);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    '%s reaches the command, once, and its stage.answer counts',
    async (signal) => {
      const name = signal.slice(3);
      const running = stage.start([
        'sh',
        '-c',
        `trap 'echo got ${name}; exit 42' ${name}; echo ready; while :; do read line; done`,
      ]);
      await running.printed('ready');
      running.child.kill(signal);
      const { code, stdout } = await running.result;
      expect(lines(stdout)).toEqual(['ready', `got ${name}`]);
      expect(code).toBe(42);
    },
  );

  test('a signal that the command does not handle ends it', async () => {
    const running = stage.start(['sh', '-c', 'echo ready; exec cat']);
    await running.printed('ready');
    running.child.kill('SIGTERM');
    expect((await running.result).code).toBe(143);
  });

  test('a signal that arrives while the command is starting is not lost', async () => {
    stage.answer = resolved({});
    const running = stage.start(['sleep', '1000']);
    const asked = new Promise<void>((resolve) => {
      const look = () => (stage.requests.length > 0 ? resolve() : setImmediate(look));
      look();
    });
    await asked;
    running.child.kill('SIGTERM');
    expect([143, null]).toContain((await running.result).code);
  });

  test('a signal that was ignored when exec was started stays ignored, for exec and for the command', async () => {
    const ignoring =
      "process.on('SIGUSR2', () => 0); child_process.spawn('sh', ['-c', process.argv[1]], { stdio: 'inherit' })";
    const words = `'${process.execPath}' '${stage.program}' demo/hello -- sh -c 'grep SigIgn /proc/$$/status; kill -HUP $$; echo survived'`;
    const script = `trap '' HUP PIPE TSTP; ${noteIgnored}; exec ${words}`;
    const { stdout } = await runProgram('-e', [ignoring, script], {
      environment: stage.environment(),
      cwd: stage.elsewhere,
    });
    // HUP, PIPE and TSTP
    expect(lines(stdout)).toEqual(['SigIgn:\t0000000000081001', 'survived']);
  });

  test('an ignored signal to exec itself ends neither it nor the command', async () => {
    const running = stage.start(['sh', '-c', 'echo ready; read line; echo survived'], {
      environment: { ...stage.environment(), SECRET_STORE_IGNORED_SIGNALS: '1' },
    });
    await running.printed('ready');
    running.child.kill('SIGHUP');
    running.child.stdin?.end('\n');
    const { code, stdout } = await running.result;
    expect({ code, lines: lines(stdout) }).toEqual({ code: 0, lines: ['ready', 'survived'] });
  });

  test('what the command left in the background ends with it', async () => {
    const { stdout } = await stage.exec(['sh', '-c', '(exec sleep 4321.5 >/dev/null 2>&1) & echo started']);
    expect(lines(stdout)).toEqual(['started']);
    const sleeps = () => readdirSync('/proc').some((name) => readCommandLine(name).includes('4321.5'));
    while (sleeps()) await new Promise((resolve) => setImmediate(resolve));
  });

  test('a command that fails is told both flags, once; one that ended well or by our signal is not', async () => {
    const { stderr } = await stage.exec(['false']);
    expect(stderr).toMatch(/^secret-store: the command failed with 1\. .*--writable DIR.*--visible PATH\n$/);
    expect((await stage.exec(['true'])).stderr).toBe('');
    const running = stage.start(['sh', '-c', 'echo ready; exec cat']);
    await running.printed('ready');
    running.child.kill('SIGTERM');
    expect((await running.result).stderr).toBe('');
  });

  test('Ctrl-C at a terminal reaches the command once, and not the sandbox around it', async () => {
    const listens =
      '\'trap "echo interrupted" INT; trap "echo done; exit 5" USR1; echo ready; while :; do read line; done\'';
    const words = ['exec', process.execPath, stage.program, 'demo/hello', '--', 'sh', '-c', listens];
    const script = findProgram('script', process.env.PATH);
    if (script === null) throw new Error('the program script (package bsdutils) is needed for this test');
    const running = startProgram('-e', [terminalScript(script, words.join(' '))], {
      environment: stage.environment(),
      cwd: stage.elsewhere,
    });
    await running.printed('ready');
    running.child.stdin?.write('\x03');
    await running.printed('interrupted');
    // Signals are forwarded in their order: a second interrupt would come before this one.
    process.kill(firstChildOf(firstChildOf(running.child.pid)), 'SIGUSR1');
    const { code, stdout } = await running.result;
    expect(stdout.toString().match(/interrupted/g)).toHaveLength(1);
    expect(code).toBe(5);
  });
});

/** The line by which the command's script tells Node what was ignored. */
const noteIgnored = readFileSync(path.join(checkout, 'tools/secret-store'), 'utf8')
  .split('\n')[1]
  ?.replace("':' //;", '');

const firstChildOf = (processId: number | undefined): number =>
  Number(readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8').split(' ')[0]);

/** script(1) runs a command on a new terminal. */
const terminalScript = (script: string, command: string): string =>
  `const child = child_process.spawn(${JSON.stringify(script)}, ['-qec', ${JSON.stringify(command)}, '/dev/null'], { stdio: 'inherit' }); child.on('close', (code) => process.exit(code))`;
