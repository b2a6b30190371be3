// Lighthouse on the panel's main pages, by its own defaults (a phone) and as a desktop. It comes from npm when this runs.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { withBenchStore } from './helpers/bench-store.ts';
import { figure, median, type Figure } from './helpers/figures.ts';
import { findChromium, signInToPanel } from './helpers/panel-browser.ts';
import { owner } from './helpers/store-client.ts';

const version = '12.8.2';
const categories = ['performance', 'accessibility', 'best-practices'] as const;
const forms = { phone: [], desktop: ['--preset=desktop'] } as const;
const formNames = ['phone', 'desktop'] as const;
const secrets = 20;
/** of each page: one alone says as much of the moment as of the page */
const runs = 3;
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

/** @param tell - takes each figure when it is there: all take a quarter of an hour */
export const run = (tell: (figure: Figure) => void): Promise<readonly Figure[]> =>
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
    for (const page of pages) {
      for (const form of formNames) for (const told of await judged(judge, page, form)) tell(told);
    }
    return [];
  });

interface Judge {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
}

type Report = z.infer<typeof Report>;

/** The median of each figure. */
const judged = async (judge: Judge, page: string, form: keyof typeof forms): Promise<Figure[]> => {
  const reports: Report[] = [];
  while (reports.length < runs) reports.push(await judgedOnce(judge, page, form));
  const medianOf = (read: (report: Report) => number) => median(reports.map(read));
  const name = `${page}, ${form}`;
  const index = `benchmark index ${medianOf(({ environment }) => environment.benchmarkIndex)}`;
  return [
    ...categories.map((category) =>
      figure(
        `${name}: ${category}`,
        medianOf(({ categories: judgements }) => (judgements[category]?.score ?? 0) * 100),
        '',
        `${aim}; ${index}`,
      ),
    ),
    figure(
      `${name}: layout shift`,
      medianOf(({ audits }) => audits['cumulative-layout-shift'].numericValue),
      '',
      shiftAim,
    ),
  ];
};

const judgedOnce = async (
  { origin, headers, environment }: Judge,
  page: string,
  form: keyof typeof forms,
): Promise<Report> => {
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
  return Report.parse(JSON.parse(stdout));
};
