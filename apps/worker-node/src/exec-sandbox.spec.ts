import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram } from './launch/find-program.ts';
import { checkout } from './testing/build-program.ts';
import { ExecStage, lines } from './testing/exec-stage.ts';
import { readCommandLine } from './testing/read-command-line.ts';
import { runProgram } from './testing/run-program.ts';

/** Not in /tmp, which is the command's own. */
const stage = new ExecStage('exec-sandbox', '/var/tmp');

describe('where the command runs', () => {
  test('the data directory cannot be seen or written, not even through another name', async () => {
    const link = path.join(stage.elsewhere, 'link');
    symlinkSync(stage.dataDirectory, link);
    const { stdout } = await stage.exec([
      'sh',
      '-c',
      `ls -A "${stage.dataDirectory}"; ls -A "${link}/"; touch "${stage.dataDirectory}/x" 2>/dev/null || echo refused; cat "${link}/worker/pool-keys.json" 2>/dev/null; echo end`,
    ]);
    expect(stdout.toString()).toBe('refused\nend\n');
    expect(readdirSync(stage.dataDirectory)).toEqual(['worker']);
  });

  test('the data directory stays hidden when the setting is a symbolic link', async () => {
    const link = path.join(stage.elsewhere, 'link');
    symlinkSync(stage.dataDirectory, link);
    const { stdout } = await stage.exec(['ls', '-A', `${stage.dataDirectory}/`], {
      environment: { ...stage.environment(), SECRET_STORE_DATA_DIR: link },
    });
    expect(stdout.toString()).toBe('');
  });

  test('no other process can be seen', async () => {
    const { stdout } = await stage.exec([
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done',
    ]);
    for (const commandLine of lines(stdout)) expect(commandLine).not.toContain('vitest');
    expect(lines(stdout).length).toBeLessThanOrEqual(4);
  });

  test('a socket that is removed while the sandbox is set up does not keep the command from starting', async () => {
    const folder = mkdtempSync('/var/tmp/secret-store-removed-');
    const programs = mkdtempSync('/var/tmp/secret-store-programs-');
    const server = createServer().listen(path.join(folder, 'socket'));
    await once(server, 'listening');
    const bwrap = findProgram('bwrap', process.env.PATH);
    // after the look at the sockets, and before the mount over them
    const script = `#!/bin/sh\necho started >> ${programs}/starts\nrm -rf ${folder}\nexec ${bwrap} "$@"\n`;
    writeFileSync(path.join(programs, 'bwrap'), script, { mode: 0o755 });
    const environment = { ...stage.environment(), PATH: `${programs}:${process.env.PATH}` };
    const { code, stdout } = await stage.exec(['echo', 'once'], { environment });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: 'once\n' });
    // the sandbox that could not be made, the least of sandboxes, and the one without the socket
    expect(readFileSync(path.join(programs, 'starts'), 'utf8')).toBe('started\n'.repeat(3));
    server.close();
    rmSync(programs, { recursive: true });
  });

  test('it has no capability, cannot gain one, and cannot unmount what hides the data directory', async () => {
    const { stdout } = await stage.exec([
      'sh',
      '-c',
      `grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/self/status; umount ${stage.dataDirectory} 2>/dev/null; unshare --user --map-root-user --mount umount ${stage.dataDirectory} 2>/dev/null; ls -A ${stage.dataDirectory}`,
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
    const { stdout } = await stage.exec(['readlink', ...ours]);
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
    const running = stage.start(['sh', '-c', 'echo ready; read line']);
    await running.printed('ready');
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(readCommandLine);
    running.child.stdin?.end('\n');
    await running.result;
    expect(commandLines.some((text) => text.includes('read line'))).toBe(true);
    expect(commandLines.filter((text) => text.includes('hunter2'))).toEqual([]);
  });
});

describe('what the command may write to', () => {
  const home = () => path.join(stage.elsewhere, 'home');
  const atHome = () => ({ environment: { ...stage.environment(), HOME: home() }, cwd: folder('caller') });
  const folder = (name: string) => {
    const created = path.join(stage.elsewhere, name);
    mkdirSync(created, { recursive: true });
    return created;
  };
  const writes = (file: string) => ['sh', '-c', 'echo written > "$0/file" 2>/dev/null || echo read-only', file];
  const isReadOnly = async (file: string, flags: readonly string[] = [], options = atHome()) =>
    (await stage.exec(writes(file), options, flags)).stdout.toString() === 'read-only\n';

  test('the current directory, also through a link, and nothing beside it', async () => {
    const caller = folder('caller');
    symlinkSync(caller, path.join(stage.elsewhere, 'link'));
    expect(await isReadOnly('.', [], { ...atHome(), cwd: path.join(stage.elsewhere, 'link') })).toBe(false);
    expect(readFileSync(path.join(caller, 'file'), 'utf8')).toBe('written\n');
    expect(await isReadOnly(folder('beside'))).toBe(true);
    expect(await isReadOnly('../beside')).toBe(true);
  });

  test.each([
    ['is the home folder', () => folder('home')],
    ['contains the home folder', () => path.dirname(folder('home'))],
    ['contains a data directory', () => path.dirname(stage.dataDirectory)],
    ['lies in the installation', () => path.join(checkout, 'docs')],
    ['is the installation', () => checkout],
  ])('not a current directory that %s', async (_, directory) => {
    folder('home');
    const cwd = directory();
    const { stderr } = await stage.exec(['sh', '-c', 'touch ./written-by-a-test'], { ...atHome(), cwd });
    expect(stderr).toMatch(/Read-only file system[^]*the current directory is read-only/);
  });

  test('each --writable folder, except in the installation and the data directory', async () => {
    const [one, other] = [folder('one'), folder('other')];
    expect(await isReadOnly(one, ['--writable', one, `--writable=${other}`])).toBe(false);
    expect(await isReadOnly(other, ['--writable', one, `--writable=${other}`])).toBe(false);
    symlinkSync(checkout, path.join(stage.elsewhere, 'link'));
    const refused = [
      checkout,
      `${stage.elsewhere}/link/docs`,
      stage.dataDirectory,
      '/',
      '/proc',
      '/dev/shm',
      '/no/such',
    ];
    for (const file of refused) {
      const { code, stderr } = await stage.exec(['true'], atHome(), ['--writable', file]);
      expect({ file, code }).toEqual({ file, code: 64 });
      expect(stderr).toMatch(/^secret-store: .*\n$/);
    }
  });

  test('a ~/.cache that is kept for its algorithm and hidden from others', async () => {
    folder('home/.cache/others');
    await stage.exec(['sh', '-c', 'ls ~/.cache; echo kept > ~/.cache/file'], atHome());
    const again = await stage.exec(['sh', '-c', 'ls ~/.cache; cat ~/.cache/file'], atHome());
    expect(again.stdout.toString()).toBe('file\nkept\n');
    const other = await runProgram(
      stage.program,
      [
        'demo/other',
        '--',
        'sh',
        '-c',
        'ls ~/.cache; cd ~/.cache && find / -xdev -path "*.cache/secret-store/*" -name file',
      ],
      atHome(),
    );
    expect(other.stdout.toString()).toBe('');
    expect(readdirSync(path.join(home(), '.cache')).toSorted()).toEqual(['others', 'secret-store']);
  });

  test('its own /tmp, also where that is the current directory', async () => {
    const ours = mkdtempSync('/tmp/secret-store-ours-');
    const { stdout } = await stage.exec(
      ['sh', '-c', 'pwd; echo $TMPDIR; ls -d "$0" 2>/dev/null; echo x > file; cat /tmp/file', ours],
      { ...atHome(), cwd: '/tmp' },
    );
    rmSync(ours, { recursive: true });
    expect(lines(stdout)).toEqual(['/tmp', '/tmp', 'x']);
  });
});

describe('what is out of sight', () => {
  const connect = (file: string) => [
    'perl',
    '-MIO::Socket::UNIX',
    '-e',
    'exit(IO::Socket::UNIX->new($ARGV[0]) ? 0 : 1)',
    file,
  ];

  test('is shown by --visible: a socket, or a folder with its sockets', async () => {
    const run = path.join(stage.elsewhere, 'run');
    mkdirSync(run);
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    await once(server.listen(path.join(run, 'service.sock')), 'listening');
    const command = connect(path.join(run, 'service.sock'));
    expect((await stage.exec(command)).code).toBe(1);
    expect((await stage.exec(command, {}, ['--visible', run])).code).toBe(0);
    expect((await stage.exec(command, {}, ['--visible', path.join(run, 'service.sock')])).code).toBe(0);
    server.close();
  });

  test('is never shown where it is a data directory, or where it shows other processes', async () => {
    for (const file of [stage.dataDirectory, path.join(stage.dataDirectory, 'worker'), '/proc', '/dev']) {
      expect({ file, code: (await stage.exec(['true'], {}, ['--visible', file])).code }).toEqual({ file, code: 64 });
    }
    const { stdout } = await stage.exec(['ls', '-A', stage.dataDirectory], {}, ['--visible', '/var']);
    expect(stdout.toString()).toBe('');
  });

  test('is empty where it is the current directory', async () => {
    const cwd = path.join(stage.dataDirectory, 'worker');
    const { code, stdout } = await stage.exec(['sh', '-c', 'pwd; ls -A'], { cwd });
    expect({ code, lines: lines(stdout) }).toEqual({ code: 0, lines: [cwd] });
  });

  test('stays so in the folders of plugin files and for the TLS key, as exec itself is told', async () => {
    for (const name of ['pod', 'tls']) mkdirSync(path.join(stage.elsewhere, name));
    writeFileSync(path.join(stage.elsewhere, 'pod/token'), 'token');
    writeFileSync(path.join(stage.elsewhere, 'tls/key.pem'), 'key');
    const { stdout } = await stage.exec(['sh', '-c', 'cat pod/token tls/key.pem; echo end'], {
      environment: {
        ...stage.environment(),
        SECRET_STORE_PLUGIN_FILE_ROOTS: path.join(stage.elsewhere, 'pod'),
        SECRET_STORE_TLS_KEY: path.join(stage.elsewhere, 'tls/key.pem'),
      },
    });
    expect(stdout.toString()).toBe('end\n');
  });
});
