import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { findProgram } from '../launch/find-program.ts';
import { serveSocket, type SocketServer } from '../socket/serve-socket.ts';
import { resolved } from '../testing/exec-stage.ts';
import { writeOutOfSight } from '../state/write-out-of-sight.ts';
import type { Attack, Need, Rung, User } from './attack.ts';

const ordinaryId = 54_321;
const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** All that the attacks run, and not bubblewrap. */
const programs = [
  ...[
    'cat',
    'dirname',
    'env',
    'grep',
    'head',
    'id',
    'ln',
    'mkdir',
    'mv',
    'node',
    'perl',
    'rm',
    'script',
    'sh',
    'sleep',
  ],
  ...['tmux', 'true', 'umount', 'unshare'],
];

/** In perl, run as the one whom exec is run by: what there is to attack of the kernel. Prints what it could make. */
const kernelTargets = String.raw`
  use POSIX; $| = 1;
  my ($key, $unique) = @ARGV;
  my %n = @{{ x86_64 => [add_key => 248, mq_open => 240, mq_unlink => 241], aarch64 => [add_key => 217, mq_open => 180, mq_unlink => 181] }->{(POSIX::uname())[4]} // []};
  my $shared = shmget($key + 0, 4096, 01000 | 0600);
  my ($type, $value, $made) = ('user', 'the-mark', '');
  if (%n) {
    $made .= ' systemCalls' if syscall($n{mq_open}, $unique, 2 | 64, 0600, 0) >= 0;
    $made .= ' keyring' if syscall($n{add_key}, $type, $unique, $value, 8, -4) >= 0;
  }
  print "ready$made\n";
  <STDIN>;
  shmctl($shared, 0, 0);
  syscall($n{mq_unlink}, $unique) if %n;
`;

/** A machine with an installed worker, its data directory, a home and services, all of one user. */
export class AttackStage {
  readonly folder = mkdtempSync('/var/tmp/secret-store-attacks-');
  readonly #temporary = mkdtempSync('/tmp/secret-store-attacks-');
  readonly #unique = path.basename(this.folder);
  readonly #key = 1 + Math.floor(Math.random() * 0x7ffffffe);
  readonly #servers: Server[] = [];
  readonly #children: ChildProcess[] = [];
  readonly #needs = new Set<Need>();
  #worker: SocketServer | undefined;
  #victim = 0;
  #port = 0;

  constructor(private readonly user: User) {}

  get #identity(): { readonly uid?: number; readonly gid?: number } {
    return this.user === 'ordinary' && process.getuid?.() === 0 ? { uid: ordinaryId, gid: ordinaryId } : {};
  }

  /** @param packed the worker's package, as it is installed */
  async open(packed: string): Promise<void> {
    this.#putFiles(packed);
    await writeOutOfSight(this.#at('data/worker/state'), {
      secretFolders: [this.#at('pod')],
      tlsKey: this.#at('tls/key.pem'),
    });
    this.#worker = await serveSocket(this.#at('data/worker'), {
      answer: async (_line, caller) => {
        caller.stay(() => undefined);
        return `${JSON.stringify(resolved(this.#environment()))}\n`;
      },
      refusal: '',
    });
    await this.#startServices();
    this.#chown();
    await this.#startTargets();
    if (findProgram('tmux', programFolders.join(':')) !== null) this.#startMultiplexer();
    if (this.user === 'root' || readOr('/proc/sys/kernel/yama/ptrace_scope', '0').trim() === '0')
      this.#needs.add('tracing');
    if (readOr('/proc/sys/dev/tty/legacy_tiocsti', '1').trim() === '1') this.#needs.add('terminal');
    if (readdirSync('/dev').some((name) => /^(?:vd.|sd.|xvd.|nvme\dn\d)$/.test(name) && isReadable(`/dev/${name}`)))
      this.#needs.add('disk');
  }

  /** Those that can work on this machine. */
  possible(attacks: readonly Attack[]): Attack[] {
    return attacks.filter(
      ({ user = this.user, needs }) => user === this.user && (needs === undefined || this.#needs.has(needs)),
    );
  }

  /** The names of those that succeeded. */
  async run(attacks: readonly Attack[], rung: Rung): Promise<string[]> {
    const cwd = this.#at(`caller-${rung}`);
    for (const { leaves } of attacks) if (leaves !== undefined) rmSync(this.#outside(leaves), { force: true });
    // of the run before: the command would take it for the one that is made later
    rmSync(this.#at('run/later.sock'), { force: true });
    writeFileSync(path.join(cwd, 'attacks.json'), JSON.stringify(attacks));
    const child = spawn(
      this.#at('installation/secret-store'),
      ['exec', 'demo/hello', '--', process.execPath, path.join(cwd, 'run-attacks.mjs')],
      {
        cwd,
        env: {
          PATH: rung === 'none' ? this.#at('bin') : programFolders.join(':'),
          HOME: this.#at('home'),
          SECRET_STORE_WORKER_DIRECTORY: this.#at('data/worker'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...this.#identity,
      },
    );
    const ended = once(child, 'close');
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), this.#serveLater(cwd, child)]);
    await ended;
    if (rung === 'sandbox' && errors !== '') throw new Error(errors);
    // The command of this suite printed it.
    const reported = new Set(JSON.parse(output) as string[]);
    return attacks
      .filter(({ name, leaves }) => reported.has(name) && (leaves === undefined || existsSync(this.#outside(leaves))))
      .map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.#worker?.close();
    for (const server of this.#servers) server.close();
    for (const child of this.#children) {
      child.stdin?.end();
      child.kill();
    }
    if (this.#needs.has('tmux')) spawnSync('tmux', ['-S', this.#at('run/tmux.sock'), 'kill-server']);
    rmSync(`/dev/shm/${this.#unique}`, { force: true });
    for (const folder of [this.folder, this.#temporary]) rmSync(folder, { recursive: true, force: true });
  }

  #outside({ folder, file }: NonNullable<Attack['leaves']>): string {
    return path.join(folder === 'home' ? this.#at('home') : this.#temporary, file);
  }

  #at(file: string): string {
    return path.join(this.folder, file);
  }

  /** As secrets: a command gets nothing else of its caller. */
  #environment(): Record<string, string> {
    return {
      STAGE: this.folder,
      TEMPORARY: this.#temporary,
      UNIQUE: this.#unique,
      VICTIM: String(this.#victim),
      KEY: String(this.#key),
      PORT: String(this.#port),
      MARK: 'the-mark',
    };
  }

  #putFiles(packed: string): void {
    cpSync(packed, this.#at('installation'), { recursive: true });
    const marked = [
      ...['data/worker/pool-keys.json', 'data/recovery/recovery-file.json', 'pod/token', 'tls/key.pem'],
      ...['home/.bashrc', 'home/.cache/secret-store/x/demo/other/kept', 'other/.git/hooks/sample'],
    ].map((file) => this.#at(file));
    for (const file of [...marked, path.join(this.#temporary, 'file'), `/dev/shm/${this.#unique}`]) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, 'the-mark\n', { mode: 0o600 });
    }
    for (const folder of ['run', 'bin']) mkdirSync(this.#at(folder));
    symlinkSync(this.#at('run'), this.#at('link-to-run'));
    for (const rung of ['sandbox', 'none']) {
      mkdirSync(this.#at(`caller-${rung}`));
      copyFileSync(path.join(import.meta.dirname, 'run-attacks.mjs'), this.#at(`caller-${rung}/run-attacks.mjs`));
    }
    for (const name of programs) {
      const program = findProgram(name, programFolders.join(':'));
      if (program !== null) symlinkSync(program, this.#at(`bin/${name}`));
    }
  }

  async #startServices(): Promise<void> {
    const listen = async (where: string | { host: string; port: number }): Promise<Server> => {
      const server = createServer((socket) => socket.on('error', () => undefined).resume());
      await once(server.listen(typeof where === 'string' ? { path: where } : where), 'listening');
      this.#servers.push(server);
      return server;
    };
    await listen(this.#at('run/service.sock'));
    await listen(this.#at('run/first-name.sock'));
    renameSync(this.#at('run/first-name.sock'), this.#at('run/renamed.sock'));
    await listen(path.join(this.#temporary, 'service.sock'));
    for (const rung of ['sandbox', 'none']) await listen(this.#at(`caller-${rung}/service.sock`));
    await listen(`\0${this.#unique}`);
    const address = (await listen({ host: '127.0.0.1', port: 0 })).address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    this.#port = address.port;
    spawnSync('mkfifo', [this.#at('run/orders')]);
    if (process.getuid?.() === 0) copyFileSync('/usr/bin/id', this.#at('other/setuid'));
  }

  /** Everything belongs to the one who runs exec, except the setuid program. */
  #chown(): void {
    const { uid, gid } = this.#identity;
    if (uid !== undefined && gid !== undefined) {
      for (const folder of [this.folder, this.#temporary]) {
        lchownSync(folder, uid, gid);
        for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
          lchownSync(path.join(folder, name), uid, gid);
      }
      chownSync(`/dev/shm/${this.#unique}`, uid, gid);
      chownSync(this.#at('other/setuid'), 0, 0);
    }
    if (existsSync(this.#at('other/setuid'))) chmodSync(this.#at('other/setuid'), 0o4755);
  }

  async #startTargets(): Promise<void> {
    const victim = spawn('sleep', ['3600'], { env: { MARK: 'the-mark' }, ...this.#identity });
    this.#children.push(victim);
    this.#victim = victim.pid ?? 0;
    const kernel = spawn('perl', ['-e', kernelTargets, String(this.#key), this.#unique], this.#identity);
    this.#children.push(kernel);
    const [said]: unknown[] = await once(kernel.stdout, 'data');
    for (const need of ['systemCalls', 'keyring'] as const) if (String(said).includes(need)) this.#needs.add(need);
  }

  #startMultiplexer(): void {
    const words = ['-S', this.#at('run/tmux.sock'), 'new-session', '-d', 'sleep 3600'];
    if (spawnSync('tmux', words, { ...this.#identity, env: { PATH: programFolders.join(':') } }).status === 0)
      this.#needs.add('tmux');
  }

  /** Makes one more socket when the command asks for it, which it does once it runs. */
  async #serveLater(cwd: string, child: ChildProcess): Promise<void> {
    while (!existsSync(path.join(cwd, 'wants-later'))) {
      if (child.exitCode !== null) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const file = this.#at('run/later.sock');
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    await once(server.listen({ path: `${file}.new` }), 'listening');
    chmodSync(`${file}.new`, 0o666);
    // at once with all that a caller needs
    renameSync(`${file}.new`, file);
    this.#servers.push(server);
  }
}

const isReadable = (device: string): boolean => {
  try {
    closeSync(openSync(device, 'r'));
    return true;
  } catch {
    return false;
  }
};

const readOr = (file: string, otherwise: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
};
