import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { wide } from '../stage/accessibility.ts';
import { call, create, importSecrets } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const settings = `/algorithms/demo/light-${run}/settings`;
/** Its secrets do not fit into a window. */
const longSettings = `/algorithms/demo/long-${run}/settings`;
const guides = ['/docs', '/docs/api'];
const pages = [
  ...['/algorithms', '/algorithms/new', settings, '/secrets', '/admin/secret-store', '/admin/secret-store/new'],
  ...['/admin/workers', '/admin/users', '/admin/audit', '/admin/webhooks', '/account'],
  ...['/admin/organizations', '/admin/sign-in', '/admin/audit/sinks'],
];

test.beforeAll(async () => {
  const id = await create('/v1/algorithms', { owner: 'demo', name: `light-${run}` });
  await call('POST', `/v1/algorithms/${id}/secrets`, {
    ...{ short_name: 'A secret', description: '', owner_type: 'algorithm', owner_id: id },
    ...{ secret_key: 'A_SECRET', secret_value: 'of no interest' },
  });
  const longId = await create('/v1/algorithms', { owner: 'demo', name: `long-${run}` });
  await importSecrets(longId, Array.from({ length: 20 }, (_, number) => `SECRET_${number}=of no interest`).join('\n'));
});

const shownWhole = async (page: Page) => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
};

const kilobyte = 1_024;
const kilobytesMaximum = 270;
/** Whose forms are the page: decision 0067. */
const heavier: Readonly<Record<string, number>> = { '/admin/secret-store/new': 300, '/account': 285 };

/** What the page has loaded of scripts, as they came over the wire. */
const scriptsOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const entries = performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'));
    // one that was announced and then used is one script
    const sizes = new Map(entries.map(({ name, encodedBodySize }) => [name, encodedBodySize]));
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  });

test('no page loads more scripts than it may before it is used, and none of another page', async ({
  page,
  browser,
}) => {
  await signIn(page);
  const storageState = await page.context().storageState();
  const weights: [path: string, kilobytes: number, pagesLoadedAhead: number][] = [];
  for (const path of ['/sign-in', ...pages, ...guides]) {
    // a cache of its own, which is empty
    const context = await browser.newContext(path === '/sign-in' ? {} : { storageState });
    const opened = await context.newPage();
    let ahead = 0;
    opened.on('request', (request) => {
      if (request.headers()['next-router-prefetch'] !== undefined) ahead += 1;
    });
    await opened.goto(path);
    await shownWhole(opened);
    weights.push([path.replace(run, '…'), Math.round((await scriptsOf(opened)) / kilobyte), ahead]);
    await context.close();
  }
  const table = weights.map(([path, kilobytes]) => `${String(kilobytes).padStart(5)} KB  ${path}`).join('\n');
  process.stdout.write(`Scripts that a page loads first, compressed:\n${table}\n`);
  const tooMuch = weights.filter(
    ([path, kilobytes, ahead]) => kilobytes === 0 || kilobytes > (heavier[path] ?? kilobytesMaximum) || ahead > 0,
  );
  expect(tooMuch).toEqual([]);
});

test('what a page asks while its scripts load is not asked a second time', async ({ page }) => {
  // a page that asks nothing
  await signIn(page, '/docs');
  const asked: string[] = [];
  await page.route('**/api/trpc/**', async (route) => {
    asked.push(new URL(route.request().url()).pathname.replace('/api/trpc/', ''));
    await route.continue();
  });
  await page.goto(settings);
  await shownWhole(page);
  // before everything else
  expect(asked.slice(0, 2).toSorted()).toEqual(['algorithms.findByName', 'session.current']);
  expect(asked.slice(2).join()).not.toMatch(/findByName|session\.current/);
});

const delayMilliseconds = 400;
const shiftMaximum = 0.05;

const tablet = { width: 768, height: 1024 };
const narrow = { width: 390, height: 800 };

/** Has to be called before the first page is opened. */
const observeShifts = (page: Page) =>
  page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!hadRecentInput) shifts.push(value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });

/** As over a slow line: what is drawn first is seen for a while. */
const slowDown = (page: Page, addresses: string) =>
  page.route(addresses, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, delayMilliseconds));
    await route.continue();
  });

const shiftOf = async (page: Page, path: string): Promise<[path: string, shift: number]> => {
  await page.goto(path);
  await shownWhole(page);
  const values = await page.evaluate(() => (window as unknown as { readonly shifts: number[] }).shifts);
  return [path.replace(run, '…'), Number(values.reduce((sum, value) => sum + value, 0).toFixed(3))];
};

const expectNoJumps = (shifts: readonly [path: string, shift: number][]) => {
  const table = shifts.map(([path, shift]) => `${shift.toFixed(3)}  ${path}`).join('\n');
  process.stdout.write(`How far a page jumps while it loads:\n${table}\n`);
  expect(shifts.filter(([, shift]) => shift > shiftMaximum)).toEqual([]);
};

for (const [window, viewport] of Object.entries({ wide, tablet, narrow })) {
  test(`no page jumps while its content comes: ${window}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await observeShifts(page);
    await slowDown(page, '**/api/trpc/**');
    await signIn(page);
    const shifts: [path: string, shift: number][] = [];
    for (const path of [...pages, longSettings]) shifts.push(await shiftOf(page, path));
    expectNoJumps(shifts);
  });
}

test('no page of the documentation jumps when its font comes', async ({ browser }) => {
  const shifts: [path: string, shift: number][] = [];
  for (const path of guides) {
    // a cache of its own, without the font
    const context = await browser.newContext({ viewport: wide });
    const page = await context.newPage();
    await observeShifts(page);
    await slowDown(page, '**/*.woff2');
    shifts.push(await shiftOf(page, path));
    await context.close();
  }
  expectNoJumps(shifts);
});
