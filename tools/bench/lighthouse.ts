// Lighthouse on the panel's main pages, by its own defaults (a phone) and as a desktop. It comes from npm when this runs.
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withBenchStore, type BenchStore } from './helpers/bench-store.ts';
import { figure, type Figure } from './helpers/figures.ts';
import { expectDone, owner } from './helpers/store-client.ts';

const version = '12.8.2';
const categories = ['performance', 'accessibility', 'best-practices'] as const;
const forms = { phone: [], desktop: ['--preset=desktop'] } as const;
const secrets = 20;
const aim = 'aim: 95';
const shiftAim = 'aim: 0.05';

// built to dist/tools/bench
const root = path.resolve(import.meta.dirname, '../../..');
const run$ = promisify(execFile);

const Report = z.object({
  environment: z.object({ benchmarkIndex: z.number() }),
  categories: z.record(z.string(), z.object({ score: z.number().nullable() })),
  audits: z.object({ 'cumulative-layout-shift': z.object({ numericValue: z.number() }) }),
});

const Browser = z.object({ CHROMIUM_PATH: z.string().optional(), CHROMIUM_LIBS: z.string().optional() });

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const { id, name } = await store.client.createAlgorithm();
    await store.client.fill(id, secrets);
    const pages = ['/algorithms', `/algorithms/${owner}/${name}/settings`, '/admin/secret-store', '/secrets'];
    const judge = { ...store, cookie: await signIn(store), environment: chromium() };
    const figures: Figure[] = [];
    for (const page of pages) for (const form of formNames) figures.push(...(await judged(judge, page, form)));
    return figures;
  });

type Form = keyof typeof forms;
const formNames = ['phone', 'desktop'] as const satisfies readonly Form[];

interface Judge {
  readonly origin: string;
  readonly cookie: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** As an administrator. */
const signIn = async ({ client, origin }: BenchStore): Promise<string> => {
  const password = randomBytes(16).toString('hex');
  expectDone(await client.call('POST', '/v1/admin/users', { username: 'judge', password, role: 'admin' }));
  const answer = await fetch(`${origin}/api/trpc/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ username: 'judge', password }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
};

/** The browser of the browser tests. */
const chromium = (): NodeJS.ProcessEnv => {
  const script =
    "import { browserEnvironment } from './tools/test/browser.mjs'; console.log(JSON.stringify(browserEnvironment()))";
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  const { CHROMIUM_PATH, CHROMIUM_LIBS } = Browser.parse({
    ...process.env,
    ...z.object({}).loose().parse(JSON.parse(said)),
  });
  return { ...process.env, CHROME_PATH: CHROMIUM_PATH, ...(CHROMIUM_LIBS && { LD_LIBRARY_PATH: CHROMIUM_LIBS }) };
};

const judged = async ({ origin, cookie, environment }: Judge, page: string, form: Form): Promise<Figure[]> => {
  const words = [
    `${origin}${page}`,
    '--output=json',
    '--quiet',
    '--no-enable-error-reporting',
    `--only-categories=${categories.join(',')}`,
    `--extra-headers=${JSON.stringify({ Cookie: cookie })}`,
    '--chrome-flags=--headless --no-sandbox --disable-gpu --disable-dev-shm-usage',
    ...forms[form],
  ];
  const { stdout } = await run$('npm', ['exec', '--yes', `lighthouse@${version}`, '--', ...words], {
    cwd: root,
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
  });
  const report = Report.parse(JSON.parse(stdout));
  const index = `benchmark index ${report.environment.benchmarkIndex}`;
  const name = `${page}, ${form}`;
  return [
    ...categories.map((category) =>
      figure(`${name}: ${category}`, (report.categories[category]?.score ?? 0) * 100, '', `${aim}; ${index}`),
    ),
    figure(`${name}: layout shift`, report.audits['cumulative-layout-shift'].numericValue, '', shiftAim),
  ];
};
