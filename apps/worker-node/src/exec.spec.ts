import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram } from './launch/find-program.ts';
import { ExecStage, lines, resolved, value } from './testing/exec-stage.ts';
import { runProgram } from './testing/run-program.ts';

const stage = new ExecStage('exec');

describe('what the command gets', () => {
  test('is the secret, byte for byte, and we print nothing on its standard output', async () => {
    const { code, stdout, stderr } = await stage.exec(['printenv', 'MYSQL_PASSWORD']);
    expect(stdout.toString('utf8')).toBe(`${value}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stage.requests.map((line) => JSON.parse(line))).toEqual([
      { owner: 'demo', name: 'hello', process: { kind: 'exec', started: expect.stringMatching(/^20.*Z$/) } },
    ]);
  });

  test('includes exactly the promised variables of our environment', async () => {
    stage.answer = resolved({ API_KEY: 'abc' });
    const passed = {
      HOME: '/h',
      USER: 'u',
      SHELL: '/bin/sh',
      LANG: 'C',
      LC_TIME: 'C',
      TZ: 'UTC',
      TMPDIR: '/tmp',
      TERM: 'dumb',
      PWD: stage.elsewhere,
    };
    const { stdout } = await stage.exec(['env'], {
      environment: {
        ...stage.environment(),
        ...passed,
        AWS_SECRET: 'no',
        DATABASE_URL: 'no',
        NODE_OPTIONS: '',
        SSH_AUTH_SOCK: 'no',
      },
    });
    const expected = { ...passed, PATH: stage.environment().PATH, API_KEY: 'abc' };
    expect(lines(stdout).toSorted()).toEqual(
      Object.entries(expected)
        .map(([name, text]) => `${name}=${text}`)
        .toSorted(),
    );
  });

  test('has no PWD if we have none', async () => {
    stage.answer = resolved({ API_KEY: 'abc' });
    const { stdout } = await stage.exec(['env']);
    expect(lines(stdout).toSorted()).toEqual([`API_KEY=abc`, `PATH=${stage.environment().PATH}`, 'TMPDIR=/tmp']);
  });

  test('has the secret if one of our variables has the same name, also for PWD', async () => {
    const awkward = 'a $HOME "b" \\ c\t\'d\' #e';
    stage.answer = resolved({ PWD: awkward, HOME: awkward, __proto__x: '1' });
    const { stdout } = await stage.exec(['env', '--null'], {
      environment: { ...stage.environment(), HOME: '/root', PWD: stage.elsewhere },
    });
    expect(stdout.toString('utf8').split('\0').filter(Boolean).toSorted()).toEqual(
      [
        `HOME=${awkward}`,
        `PATH=${stage.environment().PATH}`,
        `PWD=${awkward}`,
        'TMPDIR=/tmp',
        '__proto__x=1',
      ].toSorted(),
    );
  });

  test('has every secret, whatever other secrets are called', async () => {
    const environment = Object.fromEntries(
      ['PWD', 'SECRET_STORE_PWD', 'SECRET_STORE_TRAVELLING_0', 'TMPDIR', 'HOSTALIASES', 'MALLOC_CHECK_'].map((name) => [
        name,
        `value of ${name}`,
      ]),
    );
    stage.answer = resolved(environment);
    const { stdout } = await stage.exec(['env']);
    expect(lines(stdout).toSorted()).toEqual(
      [...Object.entries(environment), ['PATH', stage.environment().PATH ?? '']]
        .map(([name, text]) => `${name}=${text}`)
        .toSorted(),
    );
  });

  test('has a secret for its loader, which loads nothing into the programs around it', async () => {
    const missing = path.join(stage.elsewhere, 'missing.so');
    stage.answer = resolved({ LD_PRELOAD: missing });
    const { stdout, stderr } = await stage.exec(['/bin/sh', '-c', 'echo "$LD_PRELOAD"']);
    expect(lines(stdout)).toEqual([missing]);
    // the loader of the command complains, and no other
    expect(stderr.match(/cannot be preloaded/g)).toHaveLength(1);
  });

  test('has no descriptor but the standard three, whatever our caller left open', async () => {
    const words = ['/bin/sh', '-c', 'ls /proc/self/fd'];
    const command = [process.execPath, stage.program, 'demo/hello', '--', ...words]
      .map((word) => `'${word}'`)
      .join(' ');
    const open = `exec 3</etc/passwd 5</etc/passwd 63</etc/passwd 99</etc/passwd; exec ${command}`;
    const { stdout } = await runProgram(
      '-e',
      [`child_process.spawnSync('bash', ['-c', process.argv[1]], { stdio: 'inherit' })`, open],
      { environment: stage.environment(), cwd: stage.elsewhere },
    );
    // the last is the folder that ls reads
    expect(lines(stdout)).toEqual(['0', '1', '2', '3']);
  });

  test("starts in the caller's directory", async () => {
    const { stdout } = await stage.exec(['pwd', '-P']);
    expect(lines(stdout)).toEqual([stage.elsewhere]);
  });

  test('includes its arguments unchanged', async () => {
    const { stdout } = await stage.exec(['printf', '%s|', 'a b', '', '--', '$HOME', '-x']);
    expect(stdout.toString()).toBe('a b||--|$HOME|-x|');
  });

  test('includes standard input and output untouched, also when they are binary and large', async () => {
    const bytes = randomBytes(3_000_000);
    const { stdout, code } = await stage.exec(['cat'], { input: bytes });
    expect(stdout.equals(bytes)).toBe(true);
    expect(code).toBe(0);
  });
});

describe('when it refuses', () => {
  const withoutBubblewrap = () => {
    const folder = path.join(stage.elsewhere, 'bin');
    mkdirSync(folder);
    for (const name of ['sh', 'env', 'touch', 'printenv']) {
      const program = findProgram(name, process.env.PATH);
      if (program !== null) symlinkSync(program, path.join(folder, name));
    }
    return { ...stage.environment(), PATH: folder };
  };

  test('without bubblewrap it warns on standard error and runs the command', async () => {
    const { code, stdout, stderr } = await stage.exec(['printenv', 'MYSQL_PASSWORD'], {
      environment: withoutBubblewrap(),
    });
    expect(stdout.toString()).toBe(`${value}\n`);
    expect(stderr).toMatch(/^secret-store: warning: .*bubblewrap.*\n$/);
    expect(code).toBe(0);
  });

  test('without bubblewrap too, a signal gives 128 plus its number, and a missing command gives 127', async () => {
    const { code, stdout } = await stage.exec(['sh', '-c', 'kill -KILL $$'], { environment: withoutBubblewrap() });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 137, stdout: '' });
    const missing = await stage.exec(['no-such-command-anywhere'], {
      environment: { ...stage.environment(), PATH: path.join(stage.elsewhere, 'bin') },
    });
    expect(missing.code).toBe(127);
  });

  test('if bubblewrap cannot create namespaces, the command runs once, with a warning', async () => {
    const folder = withoutBubblewrap();
    writeFileSync(
      path.join(stage.elsewhere, 'bin/bwrap'),
      '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    // where the command may write, no program for outside the sandbox is taken from
    const options = { environment: folder, cwd: '/' };
    const { code, stdout, stderr } = await stage.exec(['sh', '-c', 'echo once; exit 3'], options);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 3, stdout: 'once\n' });
    expect(stderr).toMatch(/^bwrap: No permissions[^]*warning/);
  });

  test.each([
    ['Creating new namespace failed: Resource temporarily unavailable', 'processes'],
    ['Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)', 'namespaces'],
  ])('if bubblewrap has none left for now, the command is not started without a sandbox: %s', async (said, missing) => {
    const folder = withoutBubblewrap();
    writeFileSync(path.join(stage.elsewhere, 'bin/bwrap'), `#!/bin/sh\necho "bwrap: ${said}" >&2\nexit 1\n`, {
      mode: 0o755,
    });
    const { code, stdout, stderr } = await stage.exec(['sh', '-c', 'echo started'], { environment: folder, cwd: '/' });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toContain(`secret-store: the command was not started: this user may have no more ${missing}`);
  });

  test.each(['the setting', 'the daemon'])(
    'under strict isolation, by %s, it does not start the command without the sandbox',
    async (by) => {
      if (by === 'the daemon') stage.answer = { ...stage.answer, strict: true };
      const trace = path.join(stage.elsewhere, 'trace');
      const strict: Record<string, string> = by === 'the setting' ? { SECRET_STORE_PLUGIN_ISOLATION: 'strict' } : {};
      const { code, stderr } = await stage.exec(['touch', trace], {
        environment: { ...withoutBubblewrap(), ...strict },
      });
      expect(code).toBe(78);
      expect(stderr).toMatch(/^secret-store: .*\n$/);
      expect(readdirSync(stage.elsewhere)).toEqual(['bin']);
    },
  );

  test.each([69, 77, 78] as const)(
    'when the daemon refuses with %i the command is not started, and one line says which variable and why',
    async (code) => {
      stage.answer = { exitCode: code, variable: 'MYSQL_PASSWORD', message: 'the reason' };
      const result = await stage.exec(['touch', path.join(stage.elsewhere, 'trace')]);
      expect(result.code).toBe(code);
      expect(result.stderr).toBe('secret-store: MYSQL_PASSWORD: the reason\n');
      expect(result.stdout).toHaveLength(0);
      expect(readdirSync(stage.elsewhere)).toEqual([]);
    },
  );

  test('when no worker runs, it says how to fix it and exits with 69', async () => {
    const { code, stderr } = await stage.exec(['true'], {
      environment: { ...stage.environment(), SECRET_STORE_DATA_DIR: stage.elsewhere },
    });
    expect(code).toBe(69);
    expect(stderr).toMatch(/^secret-store: no worker is running .*npm start.*\n$/);
  });

  test('when the daemon dies during a request, it exits with 69', async () => {
    await stage.daemon?.close();
    await stage.serve(async () => '');
    expect((await stage.exec(['true'])).code).toBe(69);
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
    const { code, stderr } = await runProgram(stage.program, words, { environment: stage.environment() });
    expect(code).toBe(64);
    expect(stderr).toContain('usage: ');
  });

  test('secrets that are too large together end it with 78, and no value is printed', async () => {
    stage.answer = resolved(
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`V${index}`, 'hunter2'.repeat(9000)])),
    );
    const { code, stderr } = await stage.exec(['true']);
    expect(code).toBe(78);
    expect(stderr).toMatch(/^secret-store: the secrets and arguments together.*\n$/);
  });

  test('more arguments than the sandbox takes end it with 78, and with one sentence that says so', async () => {
    const { code, stderr } = await stage.exec(['true', ...Array.from({ length: 9_000 }, () => 'file')]);
    expect(code).toBe(78);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^bwrap: /),
      'secret-store: the command was not started: it has 9000 arguments, more than its sandbox takes: pass them in a file, or some of them at a time, as xargs -n does',
    ]);
  });
});
