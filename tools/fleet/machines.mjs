import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const network = '10.99.77';
const addresses = { store: `${network}.1`, one: `${network}.2`, two: `${network}.3` };
const port = 4000;
const patienceMilliseconds = 60_000;

const must = (program, words) => {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr.trim()}`);
};

/** Three network namespaces on one bridge: the store's, and one for each worker, which sees neither the store's files nor its code. */
export class Machines {
  adminKey = 'an-administrator-key-for-the-fleet';
  #root;
  #folder;
  #certificate = '';
  #children = new Map();
  #output = new Map();

  static async create(root) {
    const machines = new Machines(root, await mkdtemp(path.join(tmpdir(), 'secret-store-fleet-')));
    try {
      machines.#connect();
      await machines.#install();
      return machines;
    } catch (error) {
      await machines.close();
      throw error;
    }
  }

  constructor(root, folder) {
    this.#root = root;
    this.#folder = folder;
  }

  get origin() {
    return `https://${addresses.store}:${port}`;
  }

  /** What the machines said, for a run that failed. */
  logs() {
    return [...this.#output].map(([name, text]) => `--- ${name}\n${text.slice(-4000)}`).join('\n');
  }

  /** The store with its database, panel and own worker. */
  async startStore() {
    this.#start('store', ['ip', 'netns', 'exec', this.#namespace('store'), process.execPath, 'tools/start/main.mjs'], {
      SECRET_STORE_DATA_DIR: path.join(this.#folder, 'store'),
      SECRET_STORE_HOST: addresses.store,
      SECRET_STORE_PORT: String(port),
      SECRET_STORE_TLS_CERT: this.#file('tls.pem'),
      SECRET_STORE_TLS_KEY: this.#file('tls.key'),
      SECRET_STORE_PUBLIC_URL: this.origin,
      SECRET_STORE_ADMIN_API_KEY: this.adminKey,
    });
    await this.eventually('the store is ready', async () => (await this.call('GET', '/readyz')).status === 200);
  }

  /** `tools/secret-store` on the store's machine. */
  command(...words) {
    const { status, stdout, stderr } = spawnSync(
      'ip',
      ['netns', 'exec', this.#namespace('store'), path.join(this.#root, 'tools/secret-store'), ...words],
      {
        encoding: 'utf8',
        env: { ...process.env, SECRET_STORE_DATA_DIR: path.join(this.#folder, 'store') },
        timeout: patienceMilliseconds,
      },
    );
    return { status, stdout: stdout.trim(), stderr };
  }

  /** Starts a worker that joins with the token, on a machine that has nothing but `dist/worker`. */
  startWorker(name, token, { url = this.origin } = {}) {
    const words = [...this.#onMachine(name), 'worker', '--url', url, '--join', '-', '--name', name];
    const child = this.#start(name, [...words, '--ca', this.#file('tls.pem')], this.#workerSettings(name));
    child.stdin.end(`${token}\n`);
    return child;
  }

  /** The exit code of a worker that does not stay. */
  async worker(name, token, options) {
    const child = this.startWorker(name, token, options);
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    return child.exitCode;
  }

  /** What the algorithm's variable is for a command on this machine. */
  exec(name, algorithm, variable) {
    const { status, stdout, stderr } = spawnSync(
      this.#onMachine(name)[0],
      [...this.#onMachine(name).slice(1), 'exec', algorithm, '--', 'printenv', variable],
      {
        encoding: 'utf8',
        env: { ...process.env, ...this.#workerSettings(name) },
        cwd: '/',
        timeout: patienceMilliseconds,
      },
    );
    return { status, value: stdout.trim(), stderr };
  }

  call(method, target, body) {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.origin}${target}`,
        {
          method,
          ca: this.#certificate,
          headers: { authorization: `Simple ${this.adminKey}`, 'content-type': 'application/json' },
        },
        async (response) => {
          const chunks = await response.toArray();
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text });
        },
      );
      sent.on('error', () => resolve({ status: 0, body: null }));
      sent.on('timeout', () => reject(new Error('the store gave no answer')));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Pulls the machine's cable, or puts it back. */
  cable(name, state) {
    must('ip', ['link', 'set', this.#cable(name), state]);
  }

  async eventually(what, isTrue) {
    const end = performance.now() + patienceMilliseconds;
    while (!(await isTrue())) {
      if (performance.now() > end) throw new Error(`not within ${patienceMilliseconds / 1000} s: ${what}`);
      await pause(100);
    }
  }

  async close() {
    for (const child of this.#children.values()) child.kill('SIGTERM');
    await Promise.all(
      [...this.#children.values()].map(
        (child) =>
          child.exitCode !== null || child.signalCode !== null || new Promise((resolve) => child.once('exit', resolve)),
      ),
    );
    for (const name of Object.keys(addresses)) spawnSync('ip', ['netns', 'del', this.#namespace(name)]);
    spawnSync('ip', ['link', 'del', this.#bridge]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #bridge() {
    return `ssb${process.pid}`;
  }

  #namespace(name) {
    return `ss${process.pid}-${name}`;
  }

  #cable(name) {
    return `ssc${process.pid}${name[0]}`;
  }

  #file(name) {
    return path.join(this.#folder, 'shared', name);
  }

  #connect() {
    must('ip', ['link', 'add', this.#bridge, 'type', 'bridge']);
    must('ip', ['addr', 'add', `${network}.254/24`, 'dev', this.#bridge]);
    must('ip', ['link', 'set', this.#bridge, 'up']);
    for (const [name, address] of Object.entries(addresses)) {
      const [namespace, cable] = [this.#namespace(name), this.#cable(name)];
      const inside = (...words) => must('ip', ['-n', namespace, ...words]);
      must('ip', ['netns', 'add', namespace]);
      must('ip', ['link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
      must('ip', ['link', 'set', cable, 'master', this.#bridge, 'up']);
      inside('addr', 'add', `${address}/24`, 'dev', 'eth0');
      inside('link', 'set', 'eth0', 'up');
      inside('link', 'set', 'lo', 'up');
    }
  }

  async #install() {
    must('mkdir', ['-m', '700', path.join(this.#folder, 'shared')]);
    const subject = ['-subj', '/CN=secret store', '-addext', `subjectAltName=IP:${addresses.store}`];
    const files = ['-keyout', this.#file('tls.key'), '-out', this.#file('tls.pem')];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    must('openssl', ['req', '-x509', ...kind, ...files, ...subject]);
    this.#certificate = await readFile(this.#file('tls.pem'), 'utf8');
    for (const name of ['one', 'two']) {
      await cp(path.join(this.#root, 'dist/worker'), path.join(this.#folder, name, 'package'), { recursive: true });
    }
  }

  /** A command of the worker's package in the machine's network, where the store's folders are covered. */
  #onMachine(name) {
    const covered = [path.join(this.#folder, 'store'), this.#root];
    const cover = covered.map((folder) => `mount -t tmpfs none '${folder}'`).join(' && ');
    const command = path.join(this.#folder, name, 'package/secret-store');
    const script = `cd / && ${cover} && exec '${command}' "$@"`;
    return ['ip', 'netns', 'exec', this.#namespace(name), 'unshare', '--mount', 'sh', '-c', script, 'secret-store'];
  }

  #workerSettings(name) {
    return { SECRET_STORE_WORKER_DIRECTORY: path.join(this.#folder, name, 'worker'), SECRET_STORE_LOG_LEVEL: 'info' };
  }

  #start(name, [program, ...words], environment) {
    const child = spawn(program, words, {
      cwd: this.#root,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.get(name)?.kill('SIGTERM');
    this.#children.set(name, child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => this.#output.set(name, `${this.#output.get(name) ?? ''}${chunk}`));
    return child;
  }
}
