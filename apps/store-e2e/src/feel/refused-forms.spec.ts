import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { moduleFile } from '../stage/module-file.ts';
import { chooseModule, pairOf } from '../stage/provider-form.ts';
import { call, create } from '../stage/store.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `refusing-${run}`;
const provider = `Taken ${run}`;
const settings = `/algorithms/demo/${name}/settings`;

test.beforeAll(async () => {
  await call('POST', '/v1/admin/secret-provider', {
    name: provider,
    description: '',
    factoryClassName: 'AnyFactory',
    interfaceVersion: '1.0.0',
    configuration: {},
  });
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await call('POST', `/v1/algorithms/${id}/secrets`, {
    short_name: 'A secret',
    description: '',
    owner_type: 'algorithm',
    owner_id: id,
    secret_key: 'TAKEN',
    secret_value: 'of no interest',
  });
});

/** The field is in sight, nothing lies over it, and what is wrong with it is said there and nowhere else. */
const expectLedTo = async (page: Page, field: Locator, alert: string) => {
  await expect(field).toBeFocused();
  await expect(field).toBeInViewport({ ratio: 1 });
  const isCovered = await field.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) !== element;
  });
  expect(isCovered, 'something lies over the field').toBe(false);
  const id = await field.getAttribute('aria-describedby');
  const said = await page.locator(`[id="${id?.split(' ').find((one) => one.endsWith('-error'))}"]`).innerText();
  await expect(page.getByText(alert)).toHaveCount(1);
  expect((await page.locator('body').innerText()).split(said), `times that “${said}” is said`).toHaveLength(2);
};

for (const size of [
  { width: 1280, height: 800 },
  { width: 360, height: 640 },
]) {
  test(`a refused dialog leads to the field at fault, and its button stays in sight at ${size.width}×${size.height}`, async ({
    page,
  }) => {
    await page.setViewportSize(size);
    await signIn(page, settings);
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog');
    const button = dialog.getByRole('button', { name: 'Create Secret' });
    await expect(button).toBeInViewport({ ratio: 1 });
    await dialog.getByLabel('Display name').fill('The second');
    await dialog.getByLabel('Environment variable name').fill('TAKEN');
    await dialog.getByLabel('Value').fill(secretValue('typed-and-refused'));
    await button.click();
    await expectLedTo(page, dialog.getByLabel('Environment variable name'), 'Couldn’t create the secret');
    await expect(button).toBeInViewport({ ratio: 1 });
  });
}

test('a refused provider leads to its name, far above the button, and says it once', async ({ page }) => {
  await signIn(page, '/admin/secret-store/new');
  await chooseModule(page, await moduleFile({ version: '1.0.0' }));
  await page.getByLabel('Name', { exact: true }).fill(provider);
  await pairOf(page, 'prefix').getByLabel('Value').fill('team');
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
  await expectLedTo(page, page.getByLabel('Name', { exact: true }), 'Couldn’t save the secret provider');
});
