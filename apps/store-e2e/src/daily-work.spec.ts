import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectAccessibleInBothWidths, wide } from './stage/accessibility.ts';
import { create, exec, importSecrets } from './stage/store.ts';
import { administrator } from './stage/environment.ts';
import { expect, expectNoValueIn, secretValue, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `daily-${run}`;
const settings = `/algorithms/demo/${name}/settings`;
const value = secretValue(`imported value ${run}`);

test.beforeAll(async () => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await importSecrets(id, `RARE_${run.toUpperCase()}=x`);
});

/** How often a person clicks. */
const countClicks = (page: Page) =>
  page.addInitScript(() => {
    const counter = { clicks: 0 };
    Object.assign(globalThis, { counter });
    document.addEventListener('click', ({ isTrusted }) => (counter.clicks += isTrusted ? 1 : 0), { capture: true });
  });
const clicks = (page: Page) => page.evaluate<number>('counter.clicks');

test('five variables of a .env file are secrets after three clicks at most', async ({ page }) => {
  await countClicks(page);
  await signIn(page, settings);
  await page.getByRole('button', { name: 'Import .env' }).click();
  const text = `# of the database\nDB_HOST=db\nDB_USER=app\nexport DB_PASSWORD="${value}"\nDB_NAME='main'\nDB_PORT=5432`;
  await page.getByLabel('.env file').fill(text);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('row').filter({ hasText: 'DB_PASSWORD' })).toContainText('New');
  await dialog.getByRole('button', { name: 'Import 5 variables' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: 'DB_PASSWORD' })).toContainText('DB password');
  expect(await clicks(page)).toBeLessThanOrEqual(3);
  await expectNoValueIn(page);
  expect(await exec(`demo/${name}`, 'printenv', 'DB_PASSWORD')).toBe(`${value}\n`);
});

test('a plan says what it replaces and what it refuses, and nothing is imported before that is fixed', async ({
  page,
}) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'Import .env' }).click();
  const dialog = page.getByRole('dialog');
  await page.getByLabel('.env file').fill('DB_HOST=other\nPATH=/bin\nEMPTY=');
  await expect(dialog.getByRole('row').filter({ hasText: 'DB_HOST' })).toContainText('Replaces the current value');
  await expect(dialog.getByRole('row').filter({ hasText: 'PATH' })).toContainText('reserved');
  await expect(dialog.getByRole('row').filter({ hasText: 'EMPTY' })).toContainText('The value is empty');
  await expect(dialog.getByRole('button', { name: /^Import/ })).toBeDisabled();
  await expectAccessibleInBothWidths(page, 'the plan of an import');
  await page.setViewportSize(wide);
  await page.getByLabel('.env file').fill('DB_HOST=other');
  await expect(dialog.getByRole('button', { name: 'Import 1 variable' })).toBeEnabled();
});

test('several variables that are pasted into the field for one are imported', async ({ page }) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  await page.getByLabel('Environment variable name').focus();
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'ONE=1\nTWO=2');
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  });
  await expect(page.getByRole('button', { name: 'Import 2 variables' })).toBeEnabled();
});

test('a value is generated that nobody sees, its display name follows from the variable, and another one is added', async ({
  page,
}) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Environment variable name').fill('API_TOKEN');
  await expect(dialog.getByLabel('Display name')).toHaveValue('API token');
  await dialog.getByRole('switch', { name: 'Generate at random' }).click();
  await dialog.getByRole('button', { name: 'Save and add another' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'API_TOKEN' })).toBeVisible();
  await expect(dialog.getByLabel('Environment variable name')).toHaveValue('');
  await expect(dialog.getByLabel('Environment variable name')).toBeFocused();
  expect(await exec(`demo/${name}`, 'printenv', 'API_TOKEN')).toMatch(/^[A-Za-z0-9]{32}\n$/);
});

test('an algorithm is found by a part of its name or of a variable, and Back returns to the search', async ({
  page,
}) => {
  await signIn(page);
  await expect(page.getByLabel('Search algorithms')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type(`rare_${run}`);
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText(`RARE_${run.toUpperCase()}`);
  await expect(page).toHaveURL(/\?q=rare_/);
  await row.getByRole('link').click();
  await expect(page.getByRole('button', { name: 'New secret' })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('Search algorithms')).toHaveValue(`rare_${run}`);
  await page.goto(`/secrets?q=rare_${run}`);
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText(`RARE_${run.toUpperCase()}`);
  await expectAccessibleInBothWidths(page, 'all secrets');
});

test('a session that ends keeps what was typed, and goes on where it was', async ({ page, context }) => {
  await signIn(page, settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  await dialog.getByLabel('Environment variable name').fill('AFTER_LUNCH');
  await dialog.getByLabel('Value', { exact: true }).fill(secretValue(`after lunch ${run}`));
  await context.clearCookies();
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  const again = page.getByRole('dialog', { name: 'You’ve been signed out' });
  await expect(again).toBeVisible();
  await again.getByLabel('Username').fill(administrator.username);
  await again.getByLabel('Password').fill(administrator.password);
  await again.getByRole('button', { name: 'Sign In' }).click();
  await expect(again).toBeHidden();
  await expect(dialog.getByLabel('Environment variable name')).toHaveValue('AFTER_LUNCH');
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'AFTER_LUNCH' })).toBeVisible();
});

test('what was typed is not lost by Escape, Back, a link or a reload without asking', async ({ page }) => {
  await signIn(page);
  await page.goto(settings);
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  const question = page.getByRole('dialog', { name: 'Discard what you typed?' });
  const field = dialog.getByLabel('Environment variable name');
  const kept = async () => {
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await expect(question).toBeHidden();
    await expect(field).toHaveValue('TYPED');
  };
  await field.pressSequentially('TYPED');
  await page.keyboard.press('Escape');
  await expect(question).toBeVisible();
  await expectAccessibleInBothWidths(page, 'the question before something typed is lost');
  await page.setViewportSize(wide);
  await kept();
  await page.evaluate(() => window.history.back());
  await kept();
  const unload = page.waitForEvent('dialog');
  // not page.reload(), which would wait for what does not happen
  await page.evaluate(() => setTimeout(() => window.location.reload()));
  await (await unload).dismiss();
  await expect(field).toHaveValue('TYPED');
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toBeHidden();

  await page.goto('/algorithms/new');
  await page.getByLabel('Name', { exact: true }).pressSequentially('typed');
  await page.getByRole('link', { name: 'Workers' }).click();
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('typed');
  await page.getByRole('link', { name: 'Workers' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('heading', { name: 'Workers', exact: true })).toBeVisible();

  // the entry that caught Back is skipped, and no page is
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('heading', { name: 'Users', exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Workers', exact: true })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/algorithms\/new$/);
});

test('the audit says who did what, by the filters in its address', async ({ page }) => {
  await signIn(page, `/admin/audit?action=secret.create&subject=API_TOKEN`);
  const row = page.getByRole('row').filter({ hasText: 'API_TOKEN' });
  await expect(row.first()).toContainText('A secret was created');
  await expect(page.getByRole('row').filter({ hasText: 'A user signed in' })).toHaveCount(0);
  await expectAccessibleInBothWidths(page, 'the audit');
  await page.setViewportSize(wide);
  await row.first().getByRole('button', { name: 'Details' }).click();
  await expect(page.getByRole('dialog')).toContainText('Place in the chain');
  await expectAccessibleInBothWidths(page, 'an event');
});

test('the documentation needs no session, finds sections, and has the API', async ({ page }) => {
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: 'Use secrets', level: 1 })).toBeVisible();
  await expectAccessibleInBothWidths(page, 'a guide');
  await page.setViewportSize(wide);
  await page.getByLabel('Search the documentation').fill('last worker of a pool');
  await page.getByRole('option').first().click();
  await expect(page).toHaveURL(/\/docs\/restore#the-last-worker-of-a-pool-is-lost$/);
  await page.getByRole('link', { name: 'REST API' }).click();
  await expect(page.getByRole('heading', { name: '/v1/algorithms/{algorithmId}/secrets/import' })).toBeVisible();
  await expectAccessibleInBothWidths(page, 'the API');
});

test('an algorithm’s page says who changed it', async ({ page }) => {
  await signIn(page, settings);
  await expect(page.getByRole('row').filter({ hasText: 'DB_PASSWORD' })).toContainText('by admin');
  await page.getByRole('button', { name: 'Show history' }).click();
  await expect(page.getByRole('list', { name: 'History' })).toContainText('A secret was created');
  await expectAccessibleInBothWidths(page, 'the history of an algorithm');
});

test('without a connection the page says so, and goes on when it is back', async ({ page, context }) => {
  await signIn(page, settings);
  await expect(page.getByRole('button', { name: 'New secret' })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText('You’re offline')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('You’re offline')).toBeHidden();
});

test('a module that comes with the store is chosen by a click, and its settings appear', async ({ page }) => {
  await signIn(page, '/admin/secret-store/new');
  const tile = page.getByRole('radio', { name: /^HashiCorp Vault/ });
  await tile.click();
  await expect(page.getByText('secret-store-provider-vault.tgz')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(/HashiCorp Vault/);
  await expect(page.getByLabel('Address, value')).toBeVisible();
  await expect(tile).toHaveAttribute('aria-checked', 'true');
  await expectAccessibleInBothWidths(page, 'a new provider with a chosen module');
});

test('thousands of secrets are pages with a search, and several are removed at once with the keyboard alone', async ({
  page,
}) => {
  const many = `many-${run}`;
  const id = await create('/v1/algorithms', { owner: 'demo', name: many });
  const lines = Array.from({ length: 500 }, (_, index) => `MANY_${index}=x`);
  await importSecrets(id, lines.join('\n'));
  await signIn(page, `/algorithms/demo/${many}/settings`);
  const table = page.getByRole('table', { name: 'Secrets' });
  await expect(page.getByText('1–50 of 500 secrets')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(51);
  await page.getByLabel('Search secrets').fill('many_49');
  await expect(page.getByText('1–11 of 11 secrets')).toBeVisible();
  for (const variable of ['MANY_49', 'MANY_490']) {
    const row = table.getByRole('row').filter({ has: page.getByText(variable, { exact: true }) });
    await row.getByRole('checkbox').press('Space');
  }
  await page.getByRole('button', { name: 'Remove 2 secrets' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Remove 2 secrets?' });
  await expect(dialog.getByRole('listitem')).toHaveText([/^MANY_49 /, /^MANY_490 /]);
  await expectAccessibleInBothWidths(page, 'the removal of several secrets');
  await page.setViewportSize(wide);
  await dialog.getByRole('button', { name: 'Remove 2 secrets' }).press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByText('1–9 of 9 secrets')).toBeVisible();
});

test('a value that has not changed for months says so, and is found by that', async ({ page }) => {
  const inFourMonths = new Date(Date.now() + 122 * 86_400_000);
  await signIn(page, settings);
  await page.clock.setFixedTime(inFourMonths);
  await page.goto(`${settings}?age=old`);
  await expect(page.getByRole('row').filter({ hasText: 'DB_HOST' })).toContainText('Not changed for 4 months');
  await expectAccessibleInBothWidths(page, 'secrets with a reminder');
});
