import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectAccessibleInBothWidths } from './stage/accessibility.ts';
import { moduleFile } from './stage/module-file.ts';
import { chooseModule, pairOf, stepOf } from './stage/provider-form.ts';
import { create, uploadModule } from './stage/store.ts';
import { expect, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `Looked at ${run}`;

const upload = '**/v1/admin/plugins/secret-provider/*';
const sha256 = '0'.repeat(64);

const fillIn = async (page: Page, provider: string, version: string) => {
  await page.goto('/admin/secret-store/new');
  await page.getByLabel('Name', { exact: true }).fill(provider);
  await chooseModule(page, await moduleFile({ version }));
  await pairOf(page, 'prefix').getByLabel('Value').fill('team');
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
};

/** Each state of a provider's pages that is not there by itself: how it comes about, and that it is there. */
const states: readonly { readonly what: string; readonly reach: (page: Page) => Promise<void> }[] = [
  {
    what: 'the generated form with credentials for workers',
    reach: async (page) => {
      await page.goto('/admin/secret-store/new');
      await chooseModule(page, await moduleFile({ version: '1.0.0' }));
      await page.getByRole('button', { name: 'Credentials for workers' }).click();
      await page.getByRole('button', { name: 'Pin', exact: true }).click();
      await expect(page.getByLabel('Pin for workers', { exact: true })).toBeVisible();
    },
  },
  {
    what: 'an upload on its way',
    reach: async (page) => {
      await page.route(upload, () => undefined);
      await fillIn(page, `On its way ${run}`, '1.0.0');
      await expect(stepOf(page, 'File received')).toContainText('Running');
    },
  },
  {
    what: 'an upload that waits for a worker',
    reach: async (page) => {
      await page.route(upload, (route) =>
        route.fulfill({ json: { sha256, state: 'waiting', step: 'read', message: 'No worker is online.' } }),
      );
      await fillIn(page, `Waits ${run}`, '1.0.0');
      await expect(stepOf(page, 'Read it on a worker')).toContainText('No worker is online.');
      await expect(stepOf(page, 'Read it on a worker')).toContainText('Waiting');
    },
  },
  {
    what: 'an upload that failed',
    reach: async (page) => {
      await page.route(upload, (route) =>
        route.fulfill({ json: { sha256, state: 'failed', step: 'create', message: 'The vault is sealed.' } }),
      );
      await fillIn(page, `Failed ${run}`, '1.0.0');
      await expect(stepOf(page, 'Create a test secret')).toContainText('The vault is sealed.');
      await expect(page.getByRole('button', { name: 'Change configuration' })).toBeVisible();
    },
  },
  {
    what: 'a provider with a version to go back to',
    reach: async (page) => {
      await page.goto('/admin/secret-store');
      await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Update' }).click();
      await expect(page.getByRole('button', { name: /^Go back to/ })).toBeVisible();
    },
  },
  {
    what: 'the question before going back',
    reach: async (page) => {
      await page.goto('/admin/secret-store');
      await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Update' }).click();
      await page.getByRole('button', { name: /^Go back to/ }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  ...(['namespaces', 'permission'] as const).map((mode) => ({
    what: `the warning of the sandbox mode ${mode}`,
    reach: async (page: Page) => {
      await page.route('**/api/trpc/**', async (route) => {
        const answer = await route.fetch();
        const said = `"mode":"${mode}","warning":"What ${mode} does not keep out."`;
        const body = (await answer.text()).replace(/"mode":"[a-z]+","warning":"[^"]*"/, said);
        await route.fulfill({ response: answer, body });
      });
      await page.goto('/admin/secret-store');
      await expect(page.getByRole('alert').filter({ hasText: `What ${mode} does not keep out.` })).toBeVisible();
    },
  })),
];

test.beforeAll(async () => {
  const request = {
    name,
    description: '',
    factoryClassName: 'TurnedFactory',
    interfaceVersion: '1.1.0',
    configuration: { prefix: 'team' },
  };
  const id = await create('/v1/admin/secret-provider', request);
  for (const version of ['1.0.0', '2.0.0']) await uploadModule(id, await moduleFile({ version }));
});

for (const { what, reach } of states) {
  test(`${what} meets WCAG 2.2 AA in each color scheme, and fits a width of 360 pixels`, async ({ page }) => {
    await signIn(page);
    await reach(page);
    await expectAccessibleInBothWidths(page, what);
  });
}
