import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findProgram } from './launch/find-program.ts';
import type { ResolveAnswer } from './socket/resolve-protocol.ts';
import { serveSocket, type SocketServer } from './socket/serve-socket.ts';
import { buildProgram, programFolder } from './testing/build-program.ts';
import { readCommandLine } from './testing/read-command-line.ts';
import { type ProgramOptions, runProgram, startProgram } from './testing/run-program.ts';

const value = `hunter2-${randomBytes(8).toString('hex')} with spaces\nand a line, ünïcode`;
const built = programFolder('exec');
let execProgram: string;
let dataDirectory: string;
let elsewhere: string;
let daemon: SocketServer;
let answer: ResolveAnswer;
let requests: string[];

beforeAll(async () => {
  execProgram = await buildProgram('exec', built);
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

const serve = (answerLine: (line: string) => Promise<string>) =>
  serveSocket(path.join(dataDirectory, 'worker'), { answer: answerLine, refusal: '' });

beforeEach(async () => {
  dataDirectory = mkdtempSync(path.join(tmpdir(), 'secret-store-exec-'));
  elsewhere = mkdtempSync(path.join(tmpdir(), 'secret-store-elsewhere-'));
  mkdirSync(path.join(dataDirectory, 'worker'), { mode: 0o700 });
  writeFileSync(path.join(dataDirectory, 'worker/pool-keys.json'), 'not for the command');
  answer = { environment: { MYSQL_PASSWORD: value }, strict: false };
  requests = [];
  daemon = await serve(async (line) => {
    requests.push(line);
    return JSON.stringify(answer);
  });
});

afterEach(async () => {
  await daemon.close();
  rmSync(dataDirectory, { recursive: true });
  rmSync(elsewhere, { recursive: true });
});

const environment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  SECRET_STORE_DATA_DIR: dataDirectory,
});

const exec = (command: readonly string[], options: Partial<ProgramOptions> = {}) =>
  runProgram(execProgram, ['demo/hello', '--', ...command], { environment: environment(), cwd: elsewhere, ...options });

const start = (command: readonly string[]) =>
  startProgram(execProgram, ['demo/hello', '--', ...command], { environment: environment(), cwd: elsewhere });

const lines = (output: Buffer) => output.toString('utf8').trimEnd().split('\n');

describe('what the command gets', () => {
  test('is the secret, byte for byte, and we print nothing on its standard output', async () => {
    const { code, stdout, stderr } = await exec(['printenv', 'MYSQL_PASSWORD']);
    expect(stdout.toString('utf8')).toBe(`${value}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(requests.map((line) => JSON.parse(line))).toEqual([{ owner: 'demo', name: 'hello' }]);
  });

  test('includes exactly the promised variables of our environment', async () => {
    answer = { environment: { API_KEY: 'abc' }, strict: false };
    const passed = {
      HOME: '/h',
      USER: 'u',
      SHELL: '/bin/sh',
      LANG: 'C',
      LC_TIME: 'C',
      TZ: 'UTC',
      TMPDIR: '/tmp',
      TERM: 'dumb',
      PWD: elsewhere,
    };
    const { stdout } = await exec(['env'], {
      environment: {
        ...environment(),
        ...passed,
        AWS_SECRET: 'no',
        DATABASE_URL: 'no',
        NODE_OPTIONS: '',
        SSH_AUTH_SOCK: 'no',
      },
    });
    const expected = { ...passed, PATH: environment().PATH, API_KEY: 'abc' };
    expect(lines(stdout).toSorted()).toEqual(
      Object.entries(expected)
        .map(([name, text]) => `${name}=${text}`)
        .toSorted(),
    );
  });

  test('has no PWD if we have none', async () => {
    answer = { environment: { API_KEY: 'abc' }, strict: false };
    const { stdout } = await exec(['env']);
    expect(lines(stdout).toSorted()).toEqual([`API_KEY=abc`, `PATH=${environment().PATH}`]);
  });

  test('has the secret if one of our variables has the same name, also for PWD', async () => {
    const awkward = 'a $HOME "b" \\ c\t\'d\' #e';
    answer = { environment: { PWD: awkward, HOME: awkward, __proto__x: '1' }, strict: false };
    const { stdout } = await exec(['env', '--null'], {
      environment: { ...environment(), HOME: '/root', PWD: elsewhere },
    });
    expect(stdout.toString('utf8').split('\0').filter(Boolean).toSorted()).toEqual(
      [`HOME=${awkward}`, `PATH=${environment().PATH}`, `PWD=${awkward}`, '__proto__x=1'].toSorted(),
    );
  });

  test("starts in the caller's directory", async () => {
    const { stdout } = await exec(['pwd', '-P']);
    expect(lines(stdout)).toEqual([elsewhere]);
  });

  test('includes its arguments unchanged', async () => {
    const { stdout } = await exec(['printf', '%s|', 'a b', '', '--', '$HOME', '-x']);
    expect(stdout.toString()).toBe('a b||--|$HOME|-x|');
  });

  test('includes standard input and output untouched, also when they are binary and large', async () => {
    const bytes = randomBytes(3_000_000);
    const { stdout, code } = await exec(['cat'], { input: bytes });
    expect(stdout.equals(bytes)).toBe(true);
    expect(code).toBe(0);
  });
});

describe('where the command runs', () => {
  test('the data directory cannot be seen or written, not even through another name', async () => {
    const link = path.join(elsewhere, 'link');
    symlinkSync(dataDirectory, link);
    const { stdout } = await exec([
      'sh',
      '-c',
      `ls -A "${dataDirectory}"; ls -A "${link}/"; touch "${dataDirectory}/x" 2>/dev/null || echo refused; cat "${link}/worker/pool-keys.json" 2>/dev/null; echo end`,
    ]);
    expect(stdout.toString()).toBe('refused\nend\n');
    expect(readdirSync(dataDirectory)).toEqual(['worker']);
  });

  test('the data directory stays hidden when the setting is a symbolic link', async () => {
    const link = path.join(elsewhere, 'link');
    symlinkSync(dataDirectory, link);
    const { stdout } = await exec(['ls', '-A', `${dataDirectory}/`], {
      environment: { ...environment(), SECRET_STORE_DATA_DIR: link },
    });
    expect(stdout.toString()).toBe('');
  });

  test('no other process can be seen', async () => {
    const { stdout } = await exec(['sh', '-c', 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done']);
    for (const commandLine of lines(stdout)) expect(commandLine).not.toContain('vitest');
    expect(lines(stdout).length).toBeLessThanOrEqual(4);
  });

  test('it has no capability, cannot gain one, and cannot unmount what hides the data directory', async () => {
    const { stdout } = await exec([
      'sh',
      '-c',
      `grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/self/status; umount ${dataDirectory} 2>/dev/null; unshare --user --map-root-user --mount umount ${dataDirectory} 2>/dev/null; ls -A ${dataDirectory}`,
    ]);
    expect(lines(stdout)).toEqual([
      'CapPrm:\t0000000000000000',
      'CapEff:\t0000000000000000',
      'CapBnd:\t0000000000000000',
      'CapAmb:\t0000000000000000',
      'NoNewPrivs:\t1',
    ]);
  });

  test('user, mount and process namespaces are its own', async () => {
    const ours = ['user', 'mnt', 'pid'].map((kind) => `/proc/self/ns/${kind}`);
    const { stdout } = await exec(['readlink', ...ours]);
    const before = await runProgram(
      '-e',
      [`for (const file of ${JSON.stringify(ours)}) console.log(fs.readlinkSync(file))`],
      { environment: {} },
    );
    const shared = lines(stdout).filter((name) => lines(before.stdout).includes(name));
    expect(lines(stdout)).toHaveLength(3);
    expect(shared).toEqual([]);
  });

  test('no value is on a command line, from the first moment to the last', async () => {
    const running = start(['sh', '-c', 'echo ready; read line']);
    await running.printed('ready');
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(readCommandLine);
    running.child.stdin?.end('\n');
    await running.result;
    expect(commandLines.some((text) => text.includes(dataDirectory))).toBe(true);
    expect(commandLines.filter((text) => text.includes('hunter2'))).toEqual([]);
  });
});

describe('how it ends', () => {
  test.each([0, 1, 7, 126, 255])('the exit code %i of the command is ours', async (wanted) => {
    expect((await exec(['sh', '-c', `exit ${wanted}`])).code).toBe(wanted);
  });

  test('a command that a signal ended gives 128 plus the number of the signal', async () => {
    expect((await exec(['sh', '-c', 'kill -KILL $$'])).code).toBe(137);
  });

  test('a command that is not found gives 127, a file that is not a program gives 126', async () => {
    const file = path.join(elsewhere, 'data.txt');
    writeFileSync(file, 'text', { mode: 0o644 });
    const missing = await exec(['no-such-command-anywhere']);
    expect(missing.code).toBe(127);
    expect(missing.stderr).toContain('no-such-command-anywhere');
    expect((await exec([file])).code).toBe(126);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    '%s reaches the command, once, and its answer counts',
    async (signal) => {
      const name = signal.slice(3);
      const running = start([
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
    const running = start(['sh', '-c', 'echo ready; exec cat']);
    await running.printed('ready');
    running.child.kill('SIGTERM');
    expect((await running.result).code).toBe(143);
  });

  test('a signal that arrives while the command is starting is not lost', async () => {
    answer = { environment: {}, strict: false };
    const running = start(['sleep', '1000']);
    const asked = new Promise<void>((resolve) => {
      const look = () => (requests.length > 0 ? resolve() : setImmediate(look));
      look();
    });
    await asked;
    running.child.kill('SIGTERM');
    expect([143, null]).toContain((await running.result).code);
  });

  test('Ctrl-C at a terminal reaches the command once, and not the sandbox around it', async () => {
    const listens =
      '\'trap "echo interrupted" INT; trap "echo done; exit 5" USR1; echo ready; while :; do read line; done\'';
    const words = ['exec', process.execPath, execProgram, 'demo/hello', '--', 'sh', '-c', listens];
    const script = findProgram('script', process.env.PATH);
    if (script === null) throw new Error('the program script (package bsdutils) is needed for this test');
    const running = startProgram('-e', [terminalScript(script, words.join(' '))], {
      environment: environment(),
      cwd: elsewhere,
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

const firstChildOf = (processId: number | undefined): number =>
  Number(readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8').split(' ')[0]);

/** script(1) runs a command on a new terminal. */
const terminalScript = (script: string, command: string): string =>
  `const child = child_process.spawn(${JSON.stringify(script)}, ['-qec', ${JSON.stringify(command)}, '/dev/null'], { stdio: 'inherit' }); child.on('close', (code) => process.exit(code))`;

describe('when it refuses', () => {
  const withoutBubblewrap = () => {
    const folder = path.join(elsewhere, 'bin');
    mkdirSync(folder);
    for (const name of ['sh', 'env', 'touch', 'printenv']) {
      const program = findProgram(name, process.env.PATH);
      if (program !== null) symlinkSync(program, path.join(folder, name));
    }
    return { ...environment(), PATH: folder };
  };

  test('without bubblewrap it warns on standard error and runs the command', async () => {
    const { code, stdout, stderr } = await exec(['printenv', 'MYSQL_PASSWORD'], { environment: withoutBubblewrap() });
    expect(stdout.toString()).toBe(`${value}\n`);
    expect(stderr).toMatch(/^secret-store: warning: .*bubblewrap.*\n$/);
    expect(code).toBe(0);
  });

  test('without bubblewrap too, a signal gives 128 plus its number, and a missing command gives 127', async () => {
    const { code, stdout } = await exec(['sh', '-c', 'kill -KILL $$'], { environment: withoutBubblewrap() });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 137, stdout: '' });
    const missing = await exec(['no-such-command-anywhere'], {
      environment: { ...environment(), PATH: path.join(elsewhere, 'bin') },
    });
    expect(missing.code).toBe(127);
  });

  test('if bubblewrap cannot create namespaces, the command runs once, with a warning', async () => {
    const folder = withoutBubblewrap();
    writeFileSync(
      path.join(elsewhere, 'bin/bwrap'),
      '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    const { code, stdout, stderr } = await exec(['sh', '-c', 'echo once; exit 3'], { environment: folder });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 3, stdout: 'once\n' });
    expect(stderr).toContain('warning');
  });

  test.each(['the setting', 'the daemon'])(
    'under strict isolation, by %s, it does not start the command without the sandbox',
    async (by) => {
      if (by === 'the daemon') answer = { ...answer, strict: true };
      const trace = path.join(elsewhere, 'trace');
      const strict: Record<string, string> = by === 'the setting' ? { SECRET_STORE_PLUGIN_ISOLATION: 'strict' } : {};
      const { code, stderr } = await exec(['touch', trace], { environment: { ...withoutBubblewrap(), ...strict } });
      expect(code).toBe(78);
      expect(stderr).toMatch(/^secret-store: .*\n$/);
      expect(readdirSync(elsewhere)).toEqual(['bin']);
    },
  );

  test.each([69, 77, 78] as const)(
    'when the daemon refuses with %i the command is not started, and one line says which variable and why',
    async (code) => {
      answer = { exitCode: code, variable: 'MYSQL_PASSWORD', message: 'the reason' };
      const result = await exec(['touch', path.join(elsewhere, 'trace')]);
      expect(result.code).toBe(code);
      expect(result.stderr).toBe('secret-store: MYSQL_PASSWORD: the reason\n');
      expect(result.stdout).toHaveLength(0);
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  test('when no worker runs, it says how to fix it and exits with 69', async () => {
    const { code, stderr } = await exec(['true'], {
      environment: { ...environment(), SECRET_STORE_DATA_DIR: elsewhere },
    });
    expect(code).toBe(69);
    expect(stderr).toMatch(/^secret-store: no worker is running .*npm start.*\n$/);
  });

  test('when the daemon dies during a request, it exits with 69', async () => {
    await daemon.close();
    daemon = await serve(async () => '');
    expect((await exec(['true'])).code).toBe(69);
  });

  test.each([
    [[]],
    [['demo']],
    [['demo/hello', 'printenv']],
    [['demo/hello', '--']],
    [['demo', '--', 'true']],
    [['a/b/c', '--', 'true']],
    [['demo/hello', '--', 'A=b']],
  ])('%j is a mistake in use: 64', async (words: string[]) => {
    const { code, stderr } = await runProgram(execProgram, words, { environment: environment() });
    expect(code).toBe(64);
    expect(stderr).toContain('usage: ');
  });

  test('secrets that are too large together end it with 78, and no value is printed', async () => {
    answer = {
      environment: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`V${index}`, 'hunter2'.repeat(9000)])),
      strict: false,
    };
    const { code, stderr } = await exec(['true']);
    expect(code).toBe(78);
    expect(stderr).toMatch(/^secret-store: the secrets and arguments together.*\n$/);
  });
});
