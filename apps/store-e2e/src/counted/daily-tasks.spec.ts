import { FakeVault } from '@secret-store/provider-vault/testing';
import { administrator } from '../stage/environment.ts';
import { expect, expectNoValueIn, secretValue, signIn, test as base } from '../stage/test.ts';
import { entriesLeft } from '../stage/vault-entries.ts';
import { startNewStore, type NewStore } from './new-store.ts';
import { printCounted, tallyOf } from './tally.ts';

/** All of it in one store, to which nothing was done before the first test. */
const test = base.extend<{ count: Awaited<ReturnType<typeof tallyOf>>['count'] }, { newStore: NewStore }>({
  newStore: [
    async ({}, use) => {
      const store = await startNewStore();
      await use(store);
      await store.remove();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: ({ newStore }, use) => use(newStore.origin),
  count: async ({ page }, use) => {
    const { count } = await tallyOf(page);
    await use(count);
  },
});

test.describe.configure({ mode: 'serial' });

let vault: FakeVault;
test.beforeAll(async () => {
  vault = await FakeVault.start();
});
test.afterAll(async () => {
  printCounted();
  await vault.close();
});

test('a newcomer gets from sign-in to a secret of a vault on a worker by what each page offers', async ({
  page,
  count,
}) => {
  await page.goto('/');
  const walk = { name: 'From sign-in to a secret of Vault on a worker', before: '', most: 12 };
  await count(walk, async () => {
    await page.getByLabel('Username').fill(administrator.username);
    await page.getByLabel('Password').fill(administrator.password);
    await page.getByRole('button', { name: 'Sign In' }).click();
    const steps = page.getByRole('list', { name: 'First steps' });
    const step = (title: string) => steps.getByRole('listitem').filter({ hasText: title });
    await expect(page.getByText('0 of 6 done')).toBeVisible();
    await step('recovery file').getByRole('button', { name: 'I’ve taken it away' }).click();
    await expect(step('recovery file')).toContainText(': done');

    await count({ name: 'First provider', before: '9', most: 3 }, async () => {
      await step('Connect a vault').getByRole('link').click();
      await page.getByRole('radio', { name: /^HashiCorp Vault/ }).click();
      await page.getByLabel('Address, value').fill(vault.address);
      await page.getByLabel('Token, value').fill(secretValue(vault.token));
      await page.getByLabel('Path, value').fill('kv1');
      await page.getByRole('button', { name: 'Add Secret Provider' }).click();
      await expect(page.getByRole('row', { name: /HashiCorp Vault/ })).toContainText('Ready');
    });
    await page.getByRole('link', { name: 'Algorithms' }).click();
    await expect(step('Connect a vault')).toContainText(': done');
    await count({ name: 'First secret', before: '9', most: 6 }, async () => {
      await step('Name your first algorithm').getByRole('link').click();
      await page.getByLabel('Name', { exact: true }).fill('hello');
      await page.getByRole('button', { name: 'Create Algorithm' }).click();
      await page.getByRole('button', { name: 'New secret' }).click();
      const dialog = page.getByRole('dialog');
      const vaultOption = dialog.getByRole('option', { name: /HashiCorp Vault/ });
      await dialog.getByLabel('Secret provider').selectOption(await vaultOption.innerText());
      await dialog.getByLabel('Environment variable name').fill('DB_PASSWORD');
      await dialog.getByLabel('Value', { exact: true }).fill(secretValue('a newcomer’s value'));
      await dialog.getByRole('button', { name: 'Create Secret' }).click();
      await expect(page.getByRole('row').filter({ hasText: 'DB_PASSWORD' })).toContainText('Ready on 1 worker');
    });
  });
  expect(entriesLeft(vault)).toHaveLength(1);
  await expectNoValueIn(page);

  // all that is needed was done, and what was said of the recovery file is in the audit
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Algorithms' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'hello' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'First steps' })).toHaveCount(0);
  await page.goto('/admin/audit?action=store.confirm-recovery-file');
  await expect(page.getByRole('table', { name: 'Audit' })).toContainText('admin');
});

test.describe('from the list of algorithms', () => {
  test.beforeEach(async ({ page, count }) => {
    // before the page, so that it counts there
    expect(count).toBeDefined();
    await signIn(page);
    await expect(page.getByRole('link', { name: /hello/ })).toBeVisible();
  });

  test('five variables of a .env', async ({ page, count }) => {
    await count({ name: 'Five variables of a .env', before: '25', most: 3 }, async () => {
      await page.getByRole('link', { name: /hello/ }).click();
      await page.getByRole('button', { name: 'Import .env' }).click();
      await page
        .getByLabel('.env file')
        .fill('APP_HOST=db\nAPP_USER=app\nAPP_PASSWORD=x\nAPP_NAME=main\nAPP_PORT=5432');
      await page.getByRole('button', { name: 'Import 5 variables' }).click();
      // a row of the plan has the name too
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(page.getByRole('row').filter({ hasText: 'APP_PORT' })).toBeVisible();
    });
  });

  test('update one value', async ({ page, count }) => {
    await count({ name: 'Update one value', before: '3', most: 3 }, async () => {
      await page.getByRole('link', { name: /hello/ }).click();
      const row = page.getByRole('row').filter({ hasText: 'APP_PASSWORD' });
      await row.getByRole('button', { name: 'Update' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Value').fill(secretValue('the next value of a day'));
      await dialog.getByRole('button', { name: 'Update secret' }).click();
      await expect(dialog).toBeHidden();
    });
  });

  test('who changed a secret', async ({ page, count }) => {
    await count({ name: 'Who changed a secret', before: 'not possible', most: 1 }, async () => {
      await page.getByRole('link', { name: /hello/ }).click();
      await expect(page.getByRole('row').filter({ hasText: 'APP_PASSWORD' })).toContainText('by admin');
    });
  });

  test('which algorithms use a provider', async ({ page, count }) => {
    await count({ name: 'Which algorithms use a provider', before: 'not possible', most: 2 }, async () => {
      await page.getByRole('link', { name: 'Secret providers' }).click();
      const row = page.getByRole('row', { name: /HashiCorp Vault/ });
      await row.getByRole('button', { name: 'Update' }).click();
      await expect(page.getByRole('table', { name: 'Where it is used' })).toContainText('DB_PASSWORD');
    });
  });

  test('has a change arrived', async ({ page, count }) => {
    await count({ name: 'Has a change arrived, and where', before: 'not possible', most: 2 }, async () => {
      await page.getByRole('link', { name: /hello/ }).click();
      const row = page.getByRole('row').filter({ hasText: 'APP_PASSWORD' });
      await expect(row).toContainText('Ready on 1 worker');
      await row.getByRole('button', { name: 'Show workers' }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toContainText('Version 2, saved');
      await expect(dialog.getByRole('table', { name: 'Workers' })).toContainText('Ready');
    });
  });

  test('restore a version', async ({ page, count }) => {
    await count({ name: 'Restore a version', before: 'not possible', most: 4 }, async () => {
      await page.getByRole('link', { name: /hello/ }).click();
      const row = page.getByRole('row').filter({ hasText: 'APP_PASSWORD' });
      await row.getByRole('button', { name: 'Show versions' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore version 1' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore version 1' }).click();
      await expect(page.getByText('Version restored')).toBeVisible();
    });
  });

  test('remove five secrets, with the keyboard alone', async ({ page, count }) => {
    await count({ name: 'Remove five secrets', before: 'not possible', most: 4 }, async () => {
      await page.getByRole('link', { name: /hello/ }).press('Enter');
      await page.getByLabel('Search secrets').fill('app_');
      await expect(page.getByText('1–5 of 5 secrets')).toBeVisible();
      await page.getByRole('checkbox', { name: 'Select all' }).press('Space');
      await page.getByRole('button', { name: 'Remove 5 secrets' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Remove 5 secrets?' });
      await expect(dialog.getByRole('listitem')).toHaveCount(5);
      await dialog.getByRole('button', { name: 'Remove 5 secrets' }).press('Enter');
      await expect(dialog).toBeHidden();
    });
  });

  test('one of 300 algorithms by typing three letters', async ({ page, count }) => {
    // on a busy machine, 299 algorithms take minutes
    test.slow();
    const create = (name: string) =>
      page.request.post('/v1/algorithms', {
        headers: { authorization: `Simple ${administrator.apiKey}` },
        data: { owner: 'many', name },
      });
    const names = Array.from({ length: 298 }, (_, index) => `model-${index}`);
    for (const name of [...names, 'wanted']) expect((await create(name)).ok()).toBe(true);
    await page.reload();
    await expect(page.getByText('of 300 algorithms')).toBeVisible();
    await count({ name: 'One of 300 algorithms by three letters', before: 'not possible', most: 1 }, async () => {
      await page.keyboard.press('/');
      await page.keyboard.type('ant');
      await page.getByRole('link', { name: 'many/wanted' }).press('Enter');
      await expect(page.getByRole('heading', { name: 'many/wanted' })).toBeVisible();
    });
  });
});
