import { randomUUID } from 'node:crypto';
import { expectAccessibleInBothWidths, wide } from '../stage/accessibility.ts';
import { call, create, importSecrets } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const name = `found-${run}`;
const variable = `FOUND_${run.toUpperCase()}`;
const zoe = { username: `zoe-${run}`, password: `zoe-${run}-password` };

test.beforeAll(async () => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await importSecrets(id, `${variable}=x\nOTHER=x`);
});

test('pages, algorithms, secrets and providers are a few letters away, with the keyboard alone', async ({ page }) => {
  await signIn(page);
  const field = page.getByRole('combobox', { name: 'Page, algorithm, variable or provider' });
  const options = page.getByRole('listbox', { name: 'Places' }).getByRole('option');
  await expect(page.getByRole('button', { name: 'Go to…' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+K');
  await expect(field).toBeFocused();
  await expect(options.filter({ hasText: 'Webhooks' })).toBeVisible();
  await page.keyboard.type(variable.toLowerCase());
  await expect(options.filter({ hasText: variable })).toHaveCount(2);
  await expect(options.first()).toHaveAttribute('data-combobox-selected', 'true');
  await expectAccessibleInBothWidths(page, 'the palette');
  await page.setViewportSize(wide);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/algorithms/demo/${name}/settings\\?q=${variable}$`));
  await expect(field).toBeHidden();
  await expect(page.getByLabel('Search secrets')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search secrets')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+K');
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
  await page.keyboard.press('ControlOrMeta+K');
  await expect(field).toBeFocused();
  await page.keyboard.type('audit');
  await expect(options.first()).toHaveText('Audit');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Audit', exact: true })).toBeVisible();
});

test('what one may not see is not offered', async ({ page }) => {
  await call('POST', '/v1/admin/users', { ...zoe, role: 'user' });
  await signIn(page, '/algorithms', zoe);
  await page.getByRole('button', { name: 'Go to…' }).click();
  const options = page.getByRole('listbox', { name: 'Places' }).getByRole('option');
  await expect(options).toHaveText(['Algorithms', 'Secrets', 'Your account', 'Documentation']);
  await expect(page.getByRole('combobox', { name: 'Page, algorithm, variable or provider' })).toBeFocused();
  await page.keyboard.type(run);
  await expect(page.getByText(`Nothing found for “${run}”`)).toBeVisible();
  await expect(options).toHaveCount(0);
});

test('what is typed in a form is not lost to the palette without asking', async ({ page }) => {
  await signIn(page, '/algorithms/new');
  const field = page.getByLabel('Name', { exact: true });
  await field.pressSequentially('typed');
  await page.keyboard.press('ControlOrMeta+K');
  await expect(page.getByRole('combobox', { name: 'Page, algorithm, variable or provider' })).toBeFocused();
  await page.keyboard.type('webhooks');
  await expect(page.getByRole('listbox', { name: 'Places' }).getByRole('option').first()).toHaveText('Webhooks');
  await page.keyboard.press('Enter');
  await page
    .getByRole('dialog', { name: 'Discard what you typed?' })
    .getByRole('button', { name: 'Keep editing' })
    .click();
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue('typed');
});

test('a page that is not there yet shows that it is on its way', async ({ page }) => {
  await signIn(page);
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/[?&]_rsc=/, async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await page.goto('/algorithms');
  const bar = page.getByRole('progressbar', { name: 'Loading the page' });
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await expect(bar).toBeVisible();
  release();
  await expect(page.getByRole('heading', { name: 'Webhooks', exact: true })).toBeVisible();
  await expect(bar).toHaveCount(0);
});

test('letters typed before the palette is there are not lost, and the first place is what a screen reader hears', async ({
  page,
}) => {
  await signIn(page);
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => {
    release = () => resolve();
  });
  await expect(page.getByRole('button', { name: 'Go to…' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  // the palette's code is loaded when it is opened
  await page.route('**/_next/static/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press('ControlOrMeta+K');
  await page.keyboard.type('webhoks');
  for (const key of ['Backspace', 'Backspace', 'o', 'k', 's']) await page.keyboard.press(key);
  release();
  const field = page.getByRole('combobox', { name: 'Page, algorithm, variable or provider' });
  await expect(field).toHaveValue('webhooks');
  await expect(field).toBeFocused();
  const first = page.getByRole('listbox', { name: 'Places' }).getByRole('option').first();
  await expect(first).toHaveText('Webhooks');
  await expect(field).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id')) ?? '');
});
