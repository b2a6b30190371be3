import { randomUUID } from 'node:crypto';
import { expectAccessibleInEachScheme } from './stage/accessibility.ts';
import { call, create } from './stage/store.ts';
import { expect, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `accessible-${run}`;
const provider = `Without a module ${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.beforeAll(async () => {
  await call('POST', '/v1/admin/secret-provider', {
    name: provider,
    description: 'Waits for its file',
    factoryClassName: 'AnyFactory',
    interfaceVersion: '1.0.0',
    configuration: { address: 'https://vault.example' },
  });
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await call('POST', `/v1/algorithms/${id}/secrets`, {
    short_name: 'A secret',
    description: '',
    owner_type: 'algorithm',
    owner_id: id,
    secret_key: 'A_SECRET',
    secret_value: 'of no interest',
  });
});

const dialogs = [
  { path: settings, open: 'New secret' },
  { path: settings, open: 'Update' },
  { path: settings, open: 'Remove' },
  { path: settings, open: 'Delete algorithm' },
  { path: '/admin/secret-store', open: 'Remove' },
];

test('every page meets WCAG 2.2 AA in each color scheme', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign In' })).toBeVisible();
  await expectAccessibleInEachScheme(page, '/sign-in');
  await signIn(page);
  const pages = [
    { path: '/algorithms', sign: page.getByRole('row').filter({ hasText: name }) },
    { path: '/algorithms/new', sign: page.getByRole('button', { name: 'Create Algorithm' }) },
    { path: settings, sign: page.getByRole('row').filter({ hasText: 'A_SECRET' }) },
    {
      path: '/admin/secret-store',
      sign: page.getByRole('row').filter({ hasText: provider }).getByText('No module', { exact: true }),
    },
    { path: '/admin/secret-store/new', sign: page.getByRole('button', { name: 'Add Secret Provider' }) },
    { path: '/no/such/page', sign: page.getByText('Page not found') },
  ];
  for (const { path, sign } of pages) {
    await page.goto(path);
    await expect(sign).toBeVisible();
    await expectAccessibleInEachScheme(page, path);
  }
  await page.goto('/admin/secret-store');
  await page.getByRole('row').filter({ hasText: provider }).getByRole('button', { name: 'Update' }).click();
  await expect(page.getByRole('button', { name: 'Update secret provider' })).toBeVisible();
  await expectAccessibleInEachScheme(page, 'the update of a provider');
});

test('every dialog and every form at fault meets WCAG 2.2 AA in each color scheme', async ({ page }) => {
  await signIn(page);
  for (const { path, open } of dialogs) {
    await page.goto(path);
    await page.getByRole('button', { name: open, exact: true, disabled: false }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessibleInEachScheme(page, `${open} on ${path}`);
  }
  await page.goto(settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('button', { name: 'Create Secret' }).click();
  await expect(page.getByText('Enter a display name')).toBeVisible();
  await expectAccessibleInEachScheme(page, 'a secret with faults');
  await page.goto('/admin/secret-store/new');
  await page.getByRole('button', { name: 'Add Pair' }).click();
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
  await expect(page.getByText('Enter a name')).toBeVisible();
  await expectAccessibleInEachScheme(page, 'a provider with faults');
});

test('signing in and making a secret need no mouse', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.getByLabel('Username')).toBeFocused();
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type('correct-horse-battery-staple');
  await page.keyboard.press('Enter');
  await page.waitForURL('/algorithms');
  await page.goto(settings);
  await page.getByRole('button', { name: 'New secret' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('Display name').focus();
  for (const text of ['By keyboard', '', 'BY_KEYBOARD']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  // the button that shows what is typed comes after the field
  await expect(dialog.getByLabel('Value')).toBeFocused();
  await page.keyboard.type('typed');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'New secret' })).toBeFocused();
});

test('nothing is cut off at a width of 360 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page);
  for (const path of ['/algorithms', '/algorithms/new', settings, '/admin/secret-store', '/admin/secret-store/new']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: /^Loading/ })).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(360);
  }
  await page.getByRole('button', { name: 'Toggle navigation' }).click();
  await page.getByRole('link', { name: 'Algorithms' }).click();
  await page.waitForURL('/algorithms');
});
