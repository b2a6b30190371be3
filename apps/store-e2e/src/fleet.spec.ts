import { randomUUID } from 'node:crypto';
import { expectAccessible, expectAccessibleInBothWidths, wide } from './stage/accessibility.ts';
import { answerInPlace } from './stage/answer-in-place.ts';
import { call, create } from './stage/store.ts';
import { expect, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `fleet-${run}`;
const pool = `gpu-${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.describe.configure({ mode: 'serial' });

const revokedId = randomUUID();
const at = '2026-11-26T10:00:00.000Z';
const revoked = {
  ...{ id: revokedId, name: 'cut-off', pool: 'default', state: 'revoked', lastSeen: at, created: at, version: '1.0.0' },
  ...{ isolation: 'bubblewrap', revoked: at, isRevocationFinal: false, stopped: null, letInBy: 'first' },
};
const exposed = {
  ...{
    secretId: randomUUID(),
    algorithmId: randomUUID(),
    owner: 'demo',
    name: 'model',
    environmentVariable: 'DB_PASSWORD',
  },
  ...{ version: 3, providerId: randomUUID(), isReference: true },
};
const ofRevoked = {
  'workers.list': [revoked],
  'workers.show': revoked,
  'workers.exposed': {
    ...{ results: [exposed], marker: null, total: 4, changed: 3, providers: [{ id: randomUUID(), name: 'A vault' }] },
  },
  'workers.pools': [],
  'providers.list': [],
  'workers.resealing': { pending: 1_834, total: 10_000 },
  'workers.deliveryTimes': { workers: [] },
};

test.beforeAll(async () => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await call('POST', `/v1/algorithms/${id}/secrets`, {
    short_name: 'A secret',
    description: '',
    owner_type: 'algorithm',
    owner_id: id,
    secret_key: `OF_${name.replaceAll('-', '_').toUpperCase()}`,
    secret_value: 'of no interest',
  });
});

test('an administrator sees the worker online, and is told what revoking it means before it happens', async ({
  page,
}) => {
  await signIn(page, '/admin/workers');
  const row = page.getByRole('table', { name: 'Workers' }).getByRole('row').filter({ hasText: 'default' });
  await expect(row).toContainText('Online');
  await row.getByRole('button', { name: 'Revoke' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The store refuses its next request');
  await expect(dialog).toContainText('It is the only worker of the pool default');
  await expectAccessible(page, 'the revocation of a worker');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText('Online');

  await row.getByRole('link').click();
  await page.waitForURL('/admin/workers/*');
  await expect(page.getByRole('heading', { name: 'Values it can open' })).toBeVisible();
  await page.getByRole('link', { name: 'Workers' }).first().click();
  await page.waitForURL('/admin/workers');
});

test('a pool is created, says how its first worker joins, and runs nothing before', async ({ page }) => {
  await signIn(page, '/admin/workers');
  await page.getByRole('button', { name: 'New pool' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create pool' }).click();
  await expect(dialog.getByText('Enter a name')).toBeVisible();
  await dialog.getByLabel('Name').fill('default');
  await dialog.getByRole('button', { name: 'Create pool' }).click();
  await expect(dialog.getByText(/already exists/).first()).toBeVisible();
  await expectAccessible(page, 'a pool whose name is taken');
  await dialog.getByLabel('Name').fill(pool);
  await dialog.getByRole('button', { name: 'Create pool' }).click();
  await expect(dialog.getByText(`tools/secret-store invite --pool ${pool}`)).toBeVisible();
  await expect(dialog.getByText('--join TOKEN')).toBeVisible();
  await expectAccessible(page, 'the invitation of a worker');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row').filter({ hasText: pool })).toContainText('Waits for its first worker');

  await page.goto(settings);
  const chosen = page.getByRole('checkbox', { name: 'default' });
  await expect(chosen).toBeChecked();
  await expect(page.getByRole('checkbox', { name: pool })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Save pools' })).toBeDisabled();
  await chosen.uncheck();
  await expect(page.getByText('Choose at least one pool')).toBeVisible();
  await expectAccessible(page, 'an algorithm without a pool');
});

test('people who are no administrators see nothing of workers and pools', async ({ page }) => {
  const user = { username: `user-${run}`, password: `user-${run}-password` };
  await call('POST', '/v1/admin/users', { ...user, role: 'user' });
  await call('POST', '/v1/algorithms', { owner: user.username, name: 'own' });
  await signIn(page, `/algorithms/${user.username}/own/settings`, user);
  await expect(page.getByRole('button', { name: 'Delete algorithm' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Pools' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Workers' })).toHaveCount(0);
  await page.goto('/admin/workers');
  await expect(page.getByText('Only administrators can open this page')).toBeVisible();
});

test('a worker that is not there is said to be not found', async ({ page }) => {
  await signIn(page, `/admin/workers/${randomUUID()}`);
  await expect(page.getByText('Worker not found')).toBeVisible();
});

test('a revoked worker leads to the values that it could have opened, and says how many were changed', async ({
  page,
}) => {
  await signIn(page, '/account');
  await answerInPlace(page, ofRevoked);
  await page.goto('/admin/workers');
  await expect(page.getByText('81% done: 1,834 of 10,000 left')).toBeVisible();
  const row = page.getByRole('table', { name: 'Workers' }).getByRole('row').filter({ hasText: 'cut-off' });
  await expect(row).toContainText('Revoked');
  await expect(row.getByRole('button', { name: 'Revoke' })).toHaveCount(0);
  await row.getByRole('link').click();
  await expect(page.getByText('3 of 4 changed since it was revoked')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'DB_PASSWORD' }).getByRole('link')).toHaveAttribute(
    'href',
    '/algorithms/demo/model/settings',
  );
  await expect(page.getByRole('link', { name: 'A vault' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Revoke worker' })).toHaveCount(0);
  // the page goes on asking
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a revoked worker’s page meets WCAG 2.2 AA in each color scheme and fits a narrow screen', async ({ page }) => {
  await signIn(page, '/account');
  await answerInPlace(page, ofRevoked);
  await page.goto(`/admin/workers/${revokedId}`);
  await expect(page.getByText('DB_PASSWORD')).toBeVisible();
  await expectAccessibleInBothWidths(page, 'a revoked worker');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('the pages of workers meet WCAG 2.2 AA in each color scheme and fit a narrow screen', async ({ page }) => {
  await signIn(page, '/admin/workers');
  const worker = page.getByRole('table', { name: 'Workers' }).getByRole('link').first();
  const address = await worker.getAttribute('href');
  for (const [path, sign] of [
    ['/admin/workers', page.getByRole('row').filter({ hasText: pool })],
    [address ?? '', page.getByRole('heading', { name: 'Values it can open' })],
    [settings, page.getByRole('checkbox', { name: pool })],
  ] as const) {
    await page.setViewportSize(wide);
    await page.goto(path);
    await expect(sign).toBeVisible();
    await expectAccessibleInBothWidths(page, path);
  }
});
