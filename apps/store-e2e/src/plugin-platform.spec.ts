import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { moduleFile } from './stage/module-file.ts';
import { addPair, chooseModule, pairOf, stepOf } from './stage/provider-form.ts';
import { call, create, exec, providerNamed } from './stage/store.ts';
import { expect, expectNoValueIn, secretValue, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `Turned ${run}`;
const algorithm = `turned-${run}`;
const value = secretValue(`a value for ${run}`);
const reader = secretValue(`reader-pin-${run}`);
const writer = secretValue(`writer-pin-${run}`);

const openProvider = async (page: Page) => {
  await signIn(page, '/admin/secret-store');
  await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Update' }).click();
  await expect(page.getByRole('button', { name: 'Update secret provider' })).toBeVisible();
};

const activeModule = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: 'Active module' }) });

test.describe.configure({ mode: 'serial' });

test.describe('the plugin platform', () => {
  test('an upload shows each step as it happens, and ends on the list', async ({ page }) => {
    await signIn(page, '/admin/secret-store/new');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await chooseModule(page, await moduleFile({ version: '1.0.0' }));
    await pairOf(page, 'prefix').getByLabel('Value').fill('team');
    // the answer is held back, so that the steps have to come from what the store says meanwhile
    let letGo = () => {};
    const isSeen = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/v1/admin/plugins/secret-provider/*', async (route) => {
      const answer = await route.fetch();
      await isSeen;
      await route.fulfill({ response: answer });
    });
    await page.getByRole('button', { name: 'Add Secret Provider' }).click();
    await expect(stepOf(page, 'Read it on a worker')).toContainText('Done');
    await expect(stepOf(page, 'Update it')).toContainText('Skipped');
    await expect(stepOf(page, 'Update it')).toContainText('does not update');
    await expect(stepOf(page, 'Delete it')).toContainText('Delete the test secret');
    await expect(page.getByRole('status').filter({ hasText: 'Active' })).toHaveAttribute('aria-live', 'polite');
    letGo();
    await page.waitForURL('/admin/secret-store');
    const row = page.getByRole('row').filter({ hasText: name });
    await expect(row).toContainText('Ready');
    await expect(row).toContainText('turned-1.0.0.tgz');

    const id = await create('/v1/algorithms', { owner: 'demo', name: algorithm });
    const provider = await providerNamed(name);
    await call('POST', `/v1/algorithms/${id}/secrets`, {
      ...{ short_name: 'A secret', description: '', owner_type: 'algorithm', owner_id: id },
      ...{ secret_key: 'A_SECRET', secret_value: value, provider_id: provider?.id },
    });
    expect(await exec(`demo/${algorithm}`, 'printenv', 'A_SECRET')).toBe(`${value}\n`);
  });

  test('a module that does not pass says at which step and why, and the one before goes on serving', async ({
    page,
  }) => {
    await openProvider(page);
    await chooseModule(page, await moduleFile({ version: '2.0.0', readsWrong: true }));
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    const read = stepOf(page, 'Read it on a worker');
    await expect(read).toContainText('Failed');
    await expect(read).toContainText('another value than was written');
    await expect(stepOf(page, 'Activate')).toContainText('Pending');
    await expect(page.getByText('The current version stays in use.')).toBeVisible();
    expect(await exec(`demo/${algorithm}`, 'printenv', 'A_SECRET')).toBe(`${value}\n`);

    await page.getByRole('button', { name: 'Change configuration' }).click();
    await expect(pairOf(page, 'prefix').getByLabel('Value')).toBeFocused();

    // the page shows both, also after a reload
    await page.reload();
    await expect(activeModule(page)).toContainText('turned-1.0.0.tgz');
    await expect(page.getByRole('region', { name: 'Progress' })).toContainText(
      'a worker couldn’t read the test secret',
    );
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(read).toContainText('Failed');
    await expect(page.getByRole('button', { name: 'Try again' })).toBeEnabled();
    await expectNoValueIn(page);
  });

  test('a module that passes replaces the one before, and one click goes back to it', async ({ page }) => {
    await openProvider(page);
    await chooseModule(page, await moduleFile({ version: '3.0.0' }));
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await page.waitForURL('/admin/secret-store');
    await expect(page.getByRole('row').filter({ hasText: name })).toContainText('turned-3.0.0.tgz');

    await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Update' }).click();
    await expect(activeModule(page)).toContainText('3.0.0');
    await page.getByRole('button', { name: 'Go back to turned-1.0.0.tgz 1.0.0' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('turned-3.0.0.tgz 3.0.0');
    await expect(dialog).toContainText('turned-1.0.0.tgz 1.0.0');
    await dialog.getByRole('button', { name: 'Go back' }).click();
    await expect(dialog).toBeHidden();
    await expect(activeModule(page)).toContainText('turned-1.0.0.tgz');
    await expect(page.getByRole('button', { name: 'Go back to turned-3.0.0.tgz 3.0.0' })).toBeVisible();
    expect(await exec(`demo/${algorithm}`, 'printenv', 'A_SECRET')).toBe(`${value}\n`);
  });

  test('the workers get a credential of their own, which the backend never has', async ({ page }) => {
    await openProvider(page);
    await addPair(page, 'pin', writer);
    await page.getByRole('button', { name: 'Credentials for workers' }).click();
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await expect(page.getByLabel('Pin for workers', { exact: true })).toHaveAccessibleDescription(
      /Enter the value for workers/,
    );
    await page.getByLabel('Pin for workers', { exact: true }).fill(reader);
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await page.waitForURL('/admin/secret-store');
    await expectNoValueIn(page);
    expect(await exec(`demo/${algorithm}`, 'printenv', 'A_SECRET')).toBe(`${value}\n`);

    await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Update' }).click();
    await page.getByRole('button', { name: 'Credentials for workers' }).click();
    await expect(page.getByText(/Set: pin/)).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Keep' })).toBeChecked();
    await expectNoValueIn(page);
  });

  test('credentials of workers are asked for again with a new module, before anything is sent', async ({ page }) => {
    await openProvider(page);
    await chooseModule(page, await moduleFile({ version: '4.0.0' }));
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await expect(page.getByText(/They are sealed for the previous module/).first()).toBeVisible();
    await page.getByRole('radio', { name: 'Replace' }).click();
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByLabel('Pin for workers', { exact: true }).fill(reader);
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await page.waitForURL('/admin/secret-store');
    await expect(page.getByRole('row').filter({ hasText: name })).toContainText('turned-4.0.0.tgz');
  });

  test('a provider with one credential for both sides says so on its row and its page', async ({ page }) => {
    const warning = 'The backend can read this vault. Give workers a separate, read-only credential.';
    await openProvider(page);
    await expect(activeModule(page)).not.toContainText(warning);
    await page.getByRole('button', { name: 'Credentials for workers' }).click();
    await page.getByRole('radio', { name: 'Remove' }).click();
    // without a pin of their own, the workers are refused with the writer's
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await expect(stepOf(page, 'Read it on a worker')).toContainText('Failed');
    await pairOf(page, 'pin')
      .getByLabel('Value')
      .fill(secretValue(`writer-and-reader-${run}`));
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await page.waitForURL('/admin/secret-store');
    const row = page.getByRole('row').filter({ hasText: name });
    await expect(row).toContainText(warning);
    await row.getByRole('button', { name: 'Update' }).click();
    await expect(activeModule(page)).toContainText(warning);
    await expectNoValueIn(page);
  });
});
