import { randomUUID } from 'node:crypto';
import { moduleFile } from '../stage/module-file.ts';
import { chooseModule, pairOf } from '../stage/provider-form.ts';
import { create, uploadModule } from '../stage/store.ts';
import { expect, expectNoValueIn, secretValue, signIn, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);

test('all that is missing is marked by one click, and the fields keep their labels while the class is typed', async ({
  page,
}) => {
  await signIn(page, '/admin/secret-store/new');
  await chooseModule(page, await moduleFile({ version: '1.0.0' }));
  await page.getByRole('button', { name: 'Add Secret Provider' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/Enter a name/);
  await expect(pairOf(page, 'prefix')).toContainText('Enter a value for Prefix');

  await page.getByLabel('Provider factory classname').fill('TurnedFactor');
  await expect(page.getByText('doesn’t export TurnedFactor')).toBeVisible();
  await expect(pairOf(page, 'prefix')).toHaveAccessibleName('Pair 1: Prefix');
  for (const attribute of ['data-1p-ignore', 'data-bwignore', 'data-lpignore', 'data-form-type'])
    await expect(pairOf(page, 'pin').getByLabel('Value')).toHaveAttribute(attribute);
});

test('a file that is dropped beside its field does not replace the page, and a text is dropped as ever', async ({
  page,
}) => {
  await signIn(page, '/admin/secret-store/new');
  await expect(page.getByLabel('Name', { exact: true })).toBeVisible();
  const drop = (kind: 'file' | 'text') =>
    page.evaluate((what) => {
      const dataTransfer = new DataTransfer();
      if (what === 'file') dataTransfer.items.add(new File(['x'], 'module.tgz'));
      else dataTransfer.setData('text/plain', 'x');
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented ? 'refused' : 'left to the browser';
    }, kind);
  expect(await drop('file')).toBe('refused');
  expect(await drop('text')).toBe('left to the browser');
});

test('what was only configured is gone back to by its date and its keys', async ({ page }) => {
  const name = `Configured ${run}`;
  const id = await create('/v1/admin/secret-provider', {
    ...{ name, description: '', factoryClassName: 'TurnedFactory', interfaceVersion: '1.1.0' },
    configuration: { prefix: 'team' },
  });
  await uploadModule(id, await moduleFile({ version: '1.0.0' }));
  await signIn(page, `/admin/secret-store/${id}`);
  await pairOf(page, 'pin')
    .getByLabel('Value')
    .fill(secretValue(`writer-reader-${run}`));
  await page.getByRole('button', { name: 'Update secret provider' }).click();
  await page.waitForURL('/admin/secret-store');
  await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Update' }).click();
  await page.getByRole('button', { name: 'Go back to the previous configuration' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/Not set any morepin/);
  await expect(dialog).toContainText(/Active nowSaved .*After going backSaved /);
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog).toBeHidden();
  await expect(pairOf(page, 'pin')).not.toContainText('Set');
  await expectNoValueIn(page);
});
