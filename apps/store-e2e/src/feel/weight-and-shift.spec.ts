import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { create } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const settings = `/algorithms/demo/light-${run}/settings`;
const pages = [
  ...['/algorithms', settings, '/secrets', '/admin/secret-store', '/admin/secret-store/new', '/admin/workers'],
  ...['/admin/users', '/admin/audit', '/admin/webhooks', '/account', '/docs'],
];

test.beforeAll(async () => {
  await create('/v1/algorithms', { owner: 'demo', name: `light-${run}` });
});

const kilobyte = 1_024;

/** What the page loads of scripts, as it comes over the wire. */
const scriptsOf = (page: Page): Promise<number> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );

test('no page loads more than 270 KB of scripts before it is used', async ({ page }) => {
  await signIn(page);
  const weights: [path: string, kilobytes: number][] = [];
  for (const path of pages) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    weights.push([path.replace(run, '…'), Math.round((await scriptsOf(page)) / kilobyte)]);
  }
  test.info().annotations.push({ type: 'KB of scripts', description: JSON.stringify(weights) });
  expect(weights.filter(([, kilobytes]) => kilobytes === 0 || kilobytes > 270)).toEqual([]);
});

const apiDelayMilliseconds = 400;

test('no page jumps while its content comes', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!hadRecentInput) shifts.push(value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  // as over a slow line: what is drawn first is seen for a while
  await page.route('**/api/trpc/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, apiDelayMilliseconds));
    await route.continue();
  });
  await signIn(page);
  const shifts: [path: string, shift: number][] = [];
  for (const path of pages) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    const values = await page.evaluate(() => (window as unknown as { readonly shifts: number[] }).shifts);
    shifts.push([path.replace(run, '…'), Number(values.reduce((sum, value) => sum + value, 0).toFixed(3))]);
  }
  test.info().annotations.push({ type: 'layout shift', description: JSON.stringify(shifts) });
  expect(shifts.filter(([, shift]) => shift > 0.05)).toEqual([]);
});
