// Until the secrets of an algorithm are seen in the browser, with 10,000 beside one page of them.
import { chromium, type BrowserContext } from 'playwright-core';
import { withBenchStore } from './helpers/bench-store.ts';
import { milliseconds } from './helpers/closed-loop.ts';
import { figure, median, sharedCores, times, type Figure } from './helpers/figures.ts';
import { findChromium, signInToPanel } from './helpers/panel-browser.ts';
import { owner } from './helpers/store-client.ts';

const few = 50;
const many = Number(process.env.BENCH_LIST_SECRETS ?? 10_000);
const rounds = 5;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const names: Record<number, string> = {};
    for (const count of [few, many]) {
      const { id, name } = await store.client.createAlgorithm();
      await store.client.fill(id, count);
      names[count] = name;
    }
    const { file, environment } = findChromium();
    const browser = await chromium.launch({
      executablePath: file,
      env: { ...process.env, ...environment },
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    try {
      const context = await browser.newContext();
      await context.addCookies((await signInToPanel(store)).map((cookie) => ({ ...cookie, url: store.origin })));
      const seen = (count: number) =>
        untilSeen(context, `${store.origin}/algorithms/${owner}/${names[count]}/settings`);
      // the first fills the cache of the browser
      await seen(few);
      const taken: Record<number, number[]> = { [few]: [], [many]: [] };
      for (let round = 0; round < rounds; round += 1)
        for (const count of [few, many]) taken[count]?.push(await seen(count));
      const [floor, whole] = [few, many].map((count) => median(taken[count] ?? [])) as [number, number];
      return [
        sharedCores(),
        figure(`until a list of ${few} secrets is seen`, floor, 'ms', 'the floor'),
        figure(`until a list of ${many} secrets is seen`, whole, 'ms', times(whole, floor, `${few} secrets`)),
      ];
    } finally {
      await browser.close();
    }
  });

/** From the address to the first rows. */
const untilSeen = async (context: BrowserContext, address: string): Promise<number> => {
  const page = await context.newPage();
  const taken = await milliseconds(async () => {
    await page.goto(address, { waitUntil: 'commit' });
    await page.getByRole('table', { name: 'Secrets' }).getByRole('row').nth(1).waitFor({ timeout: 120_000 });
  });
  await page.close();
  return taken;
};
