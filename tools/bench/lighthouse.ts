// Lighthouse on the panel's main pages, by its own defaults (a phone) and as a desktop. It comes from npm when this runs.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withBenchStore } from './helpers/bench-store.ts';
import { figure, type Figure } from './helpers/figures.ts';
import { findChromium, signInToPanel } from './helpers/panel-browser.ts';
import { owner } from './helpers/store-client.ts';

const version = '12.8.2';
const categories = ['performance', 'accessibility', 'best-practices'] as const;
const forms = { phone: [], desktop: ['--preset=desktop'] } as const;
const formNames = ['phone', 'desktop'] as const;
const secrets = 20;
const aim = 'aim: 95';
const shiftAim = 'aim: 0.05';

// built to dist/tools/bench
const root = path.resolve(import.meta.dirname, '../../..');
const execute = promisify(execFile);

const Report = z.object({
  environment: z.object({ benchmarkIndex: z.number() }),
  categories: z.record(z.string(), z.object({ score: z.number().nullable() })),
  audits: z.object({ 'cumulative-layout-shift': z.object({ numericValue: z.number() }) }),
});

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const { id, name } = await store.client.createAlgorithm();
    await store.client.fill(id, secrets);
    const pages = ['/algorithms', `/algorithms/${owner}/${name}/settings`, '/admin/secret-store', '/secrets'];
    const { file, environment } = findChromium();
    const cookies = await signInToPanel(store);
    const judge: Judge = {
      origin: store.origin,
      headers: { Cookie: cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ') },
      environment: { ...process.env, ...environment, CHROME_PATH: file },
    };
    const figures: Figure[] = [];
    for (const page of pages) for (const form of formNames) figures.push(...(await judged(judge, page, form)));
    return figures;
  });

interface Judge {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
}

const judged = async (
  { origin, headers, environment }: Judge,
  page: string,
  form: keyof typeof forms,
): Promise<Figure[]> => {
  const words = [
    `${origin}${page}`,
    '--output=json',
    '--quiet',
    '--no-enable-error-reporting',
    `--only-categories=${categories.join(',')}`,
    `--extra-headers=${JSON.stringify(headers)}`,
    '--chrome-flags=--headless --no-sandbox --disable-gpu --disable-dev-shm-usage',
    ...forms[form],
  ];
  const { stdout } = await execute('npm', ['exec', '--yes', `lighthouse@${version}`, '--', ...words], {
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
