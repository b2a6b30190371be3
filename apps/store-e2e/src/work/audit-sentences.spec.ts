import { randomUUID } from 'node:crypto';
import { expectAccessibleInBothWidths, wide } from '../stage/accessibility.ts';
import { create, importSecrets } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const name = `told-${run}`;
const kept = `KEPT_${run.toUpperCase()}`;
const gone = `GONE_${run.toUpperCase()}`;

test('the audit and the history say in sentences who did what, with links to what exists', async ({ page }) => {
  const id = await create('/v1/algorithms', { owner: 'demo', name });
  await importSecrets(id, `${kept}=x\n${gone}=x\nOTHER=x`);
  await signIn(page, `/algorithms/demo/${name}/settings`);
  await page.getByRole('row').filter({ hasText: gone }).getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: gone })).toHaveCount(0);

  await page.goto(`/admin/audit?subject=${gone}`);
  const removal = page.getByRole('row').filter({ hasText: `admin deleted ${gone} of demo/${name}` });
  await expect(removal).toBeVisible();
  await expect(removal.getByRole('link')).toHaveText([`demo/${name}`]);
  await page.goto(`/admin/audit?subject=${kept}`);
  const creation = page.getByRole('row').filter({ hasText: `admin created ${kept} of demo/${name}` });
  await expectAccessibleInBothWidths(page, 'the audit in sentences');
  await page.setViewportSize(wide);
  await creation.getByRole('link', { name: kept }).click();
  await expect(page.getByLabel('Search secrets')).toHaveValue(kept);
  await page.getByRole('button', { name: 'Show history' }).click();
  const history = page.getByRole('list', { name: 'History' });
  await expect(history).toContainText(`admin created ${kept} of demo/${name}`);
  await expect(history).toContainText(`admin created the algorithm demo/${name}`);
  await page.getByRole('button', { name: 'Hide history' }).click();
  await page.getByRole('row').filter({ hasText: kept }).getByRole('button', { name: 'Show versions' }).click();
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveText([new RegExp(`admin created ${kept}`)]);
});
